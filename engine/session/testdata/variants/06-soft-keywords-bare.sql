-- Words that need no quotes in Spark: value, type, day, key, year, user_id beside them.
SELECT type, day, value, first, last
FROM (
  SELECT event_type AS type, event_date AS day, count(*) AS value, min(amount) AS first, max(amount) AS last
  FROM game_db.dwd_user_event
  GROUP BY event_type, event_date
) AS data
WHERE type IN ('purchase', 'refund')
