-- What columns are called when nobody names them.
SELECT event_type, count(*), count(DISTINCT user_id), max(amount) > 10, round(sum(amount), 2), upper(event_type), CAST(min(event_date) AS STRING)
FROM game_db.dwd_user_event
WHERE event_type IN ('purchase', 'login')
GROUP BY event_type
