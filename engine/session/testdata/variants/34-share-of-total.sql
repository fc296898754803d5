-- A window over an aggregate: shares per day and over everything.
SELECT event_date, device_type, count(DISTINCT user_id) AS users,
       round(count(DISTINCT user_id) * 1.0 / sum(count(DISTINCT user_id)) OVER (PARTITION BY event_date), 4) AS share,
       round(100 * count(*) / sum(count(*)) OVER (), 3) AS percent_of_events
FROM game_db.dwd_user_event
GROUP BY event_date, device_type
