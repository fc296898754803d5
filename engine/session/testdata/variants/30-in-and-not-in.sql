SELECT count(*) AS n, count(DISTINCT user_id) AS users
FROM game_db.dwd_user_event
WHERE user_id IN (SELECT user_id FROM game_db.dwd_user_details WHERE device_type IN ('iOS', 'Android'))
  AND user_id NOT IN (SELECT user_id FROM game_db.dwd_user_event WHERE amount > 0)
