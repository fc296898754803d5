-- A row is the newest when no later row of the same user exists.
WITH p AS (
  SELECT user_id, decode(device_type, 'UTF-8') AS device_type, to_date(decode(last_login_date, 'UTF-8')) AS login
  FROM game_db.ods_user_profile
)
SELECT a.user_id, a.device_type, a.login
FROM p a LEFT ANTI JOIN p b ON a.user_id = b.user_id AND b.login > a.login
WHERE a.login IS NOT NULL
