-- Spellings of paths and casts of what they find.
SELECT kind, round(sum(amount), 2) AS amount, count(*) AS n
FROM (
  SELECT lower(decode(event_type, 'UTF-8')) AS kind,
         coalesce(CAST(get_json_object(decode(event_details, 'UTF-8'), "$['amount']") AS DECIMAL(12, 2)), 0) AS amount
  FROM game_db.ods_user_event
) x
GROUP BY kind
