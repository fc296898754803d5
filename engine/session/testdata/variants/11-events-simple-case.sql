-- The length decides, through a CASE with an operand.
SELECT to_date(ts) AS day, count(*) AS events, count(DISTINCT user_id) AS users, min(ts) AS first_ts, max(ts) AS last_ts
FROM (
  SELECT user_id,
         CASE length(trim(decode(timestamp, 'UTF-8')))
              WHEN 13 THEN timestamp_millis(CAST(trim(decode(timestamp, 'UTF-8')) AS BIGINT))
              WHEN 10 THEN timestamp_seconds(CAST(trim(decode(timestamp, 'UTF-8')) AS BIGINT))
         END AS ts
  FROM game_db.ods_user_event
) t
WHERE ts IS NOT NULL
GROUP BY to_date(ts)
