SELECT coalesce(device_type, 'all') AS device, coalesce(gender, 'both') AS gender, count(DISTINCT user_id) AS users, grouping(device_type) AS g1, grouping_id() AS g
FROM game_db.dwd_user_event
WHERE device_type IS NOT NULL AND gender IS NOT NULL
GROUP BY ROLLUP (device_type, gender)
