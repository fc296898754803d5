SELECT event_date, device_type, count(*) AS n
FROM game_db.dwd_user_event
GROUP BY GROUPING SETS ((event_date), (device_type), ())
