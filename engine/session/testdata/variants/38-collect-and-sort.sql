SELECT device_type, sort_array(collect_set(gender)) AS genders, size(collect_list(user_id)) AS n, array_join(sort_array(collect_set(location)), '|') AS places
FROM game_db.dwd_user_details
WHERE current_level > 20
GROUP BY device_type
