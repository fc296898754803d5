SELECT d.user_id, d.device_type, (SELECT count(*) FROM game_db.dwd_user_event e WHERE e.user_id = d.user_id) AS events
FROM game_db.dwd_user_details d
WHERE EXISTS (SELECT 1 FROM game_db.dwd_user_event e WHERE e.user_id = d.user_id AND e.amount > 0)
