SELECT CASE WHEN amount >= 100 THEN 'whale' WHEN amount > 0 THEN 'payer' ELSE 'free' END AS tier, year(event_date) AS y, count(*) AS n
FROM game_db.dwd_user_event
GROUP BY tier, 2
