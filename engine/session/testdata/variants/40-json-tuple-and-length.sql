SELECT kind, item, count(*) AS n
FROM (SELECT lower(decode(event_type, 'UTF-8')) AS kind, decode(event_details, 'UTF-8') AS j FROM game_db.ods_user_event) e
LATERAL VIEW json_tuple(j, 'item', 'amount') t AS item, amount
WHERE kind IN ('purchase', 'refund') AND amount IS NOT NULL
GROUP BY kind, item
