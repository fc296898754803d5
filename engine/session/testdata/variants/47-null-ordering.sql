-- @ordered
-- Nulls stand first when ascending and last when descending, unless told.
SELECT user_id, device_type, last_login_date, row_number() OVER (ORDER BY last_login_date, user_id) AS up, row_number() OVER (ORDER BY last_login_date DESC, user_id) AS down
FROM game_db.dwd_user_details
ORDER BY last_login_date ASC, device_type DESC NULLS FIRST, user_id
LIMIT 25
