-- Retention by looking at the user's next day through LEAD.
WITH dau AS (SELECT event_date AS dt, user_id FROM game_db.dwd_user_event GROUP BY event_date, user_id),
     next AS (SELECT dt, user_id, lead(dt) OVER (PARTITION BY user_id ORDER BY dt) AS following FROM dau)
SELECT dt, count(user_id) AS dau,
       count(CASE WHEN datediff(following, dt) = 1 THEN user_id END) AS d1,
       count(user_id) FILTER (WHERE datediff(following, dt) <= 7) AS within_week
FROM next
GROUP BY dt
