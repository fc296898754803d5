-- IF and nested IF for CASE; regexp_like for RLIKE.
DROP TABLE IF EXISTS game_db.v10_event;
CREATE TABLE game_db.v10_event USING paimon AS
SELECT user_id, event_ts, date(event_ts) AS event_date, event_type
FROM (
  SELECT user_id, lower(decode(event_type, 'UTF-8')) AS event_type,
         if(regexp_like(s, '^[0-9]{13}$'), to_timestamp(from_unixtime(bigint(s) / 1000)),
            if(regexp_like(s, '^[0-9]{10}$'), to_timestamp(from_unixtime(bigint(s))), to_timestamp(s))) AS event_ts
  FROM (SELECT *, trim(decode(timestamp, 'UTF-8')) AS s FROM game_db.ods_user_event) AS source
) AS timed
WHERE event_ts IS NOT NULL
