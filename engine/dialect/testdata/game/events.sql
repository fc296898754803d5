CREATE TABLE game_db.dwd_user_event
USING paimon
AS
WITH e AS (
  SELECT user_id, LOWER(decode(event_type, 'UTF-8')) AS event_type, TRIM(decode(timestamp, 'UTF-8')) AS ts_str,
    decode(event_details, 'UTF-8') AS event_details, decode(location, 'UTF-8') AS event_location
  FROM game_db.ods_user_event
), t AS (
  SELECT *, CASE
    WHEN ts_str RLIKE '^[0-9]{13}$' THEN TO_TIMESTAMP(FROM_UNIXTIME(CAST(ts_str AS BIGINT) / 1000))
    WHEN ts_str RLIKE '^[0-9]{10}$' THEN TO_TIMESTAMP(FROM_UNIXTIME(CAST(ts_str AS BIGINT)))
    ELSE TO_TIMESTAMP(ts_str) END AS event_ts
  FROM e
)
SELECT t.user_id, t.event_ts, TO_DATE(t.event_ts) AS event_date, t.event_type, COALESCE(NULLIF(t.event_location, ''), 'unknown; none') AS location,
  COALESCE(CAST(get_json_object(event_details, '$.amount') AS DOUBLE), 0.0) AS amount
FROM t
WHERE t.event_ts IS NOT NULL
