SELECT gender, device_type, count(DISTINCT user_id) AS users
FROM game_db.dwd_user_details
GROUP BY CUBE (gender, device_type)
HAVING count(DISTINCT user_id) >= 5
