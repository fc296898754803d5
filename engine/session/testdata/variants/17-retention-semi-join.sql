SELECT a.event_date AS dt, count(DISTINCT a.user_id) AS d7_retained
FROM game_db.dwd_user_event a
LEFT SEMI JOIN game_db.dwd_user_event b ON b.user_id = a.user_id AND b.event_date = a.event_date + INTERVAL 7 DAYS
GROUP BY a.event_date
