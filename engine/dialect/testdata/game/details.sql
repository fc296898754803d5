CREATE TABLE game_db.dwd_user_details
USING paimon
AS
WITH ranked AS (
  SELECT user_id, decode(gender, 'UTF-8') AS gender, CAST(decode(current_level, 'UTF-8') AS INT) AS current_level,
    TO_DATE(decode(last_login_date, 'UTF-8')) AS last_login_date, CAST(decode(game_hours, 'UTF-8') AS DOUBLE) AS game_hours,
    decode(device_type, 'UTF-8') AS device_type, decode(location, 'UTF-8') AS location,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY TO_DATE(decode(last_login_date, 'UTF-8')) DESC NULLS LAST) AS rn
  FROM game_db.ods_user_profile
)
SELECT * EXCEPT (rn) FROM ranked WHERE rn = 1
