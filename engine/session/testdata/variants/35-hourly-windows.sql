SELECT window.start AS hour, window.end AS until, count(*) AS events, CAST(sum(amount) AS DECIMAL(18, 2)) AS bookings
FROM game_db.dwd_user_event
WHERE event_date = DATE '2026-10-21'
GROUP BY window(event_ts, '60 minutes')
