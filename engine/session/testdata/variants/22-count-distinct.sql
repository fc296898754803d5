SELECT event_date, count(DISTINCT user_id) AS users, count(DISTINCT user_id, event_type) AS pairs, count(DISTINCT device_type) AS devices,
       count(DISTINCT CASE WHEN amount > 0 THEN user_id END) AS payers, count(DISTINCT amount) AS prices, count(*) AS n, count(1) AS m
FROM game_db.dwd_user_event
GROUP BY event_date
