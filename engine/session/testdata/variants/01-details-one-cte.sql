-- The players' table with its ranking in a derived table instead of a CTE.
DROP TABLE IF EXISTS game_db.v01_details;
CREATE TABLE game_db.v01_details USING paimon AS
SELECT user_id, gender, current_level, device_type, last_login_date, location
FROM (
  SELECT user_id,
         decode(gender, 'UTF-8') gender,
         CAST(decode(current_level, 'utf-8') AS INT) current_level,
         decode(device_type, 'UTF-8') device_type,
         to_date(decode(last_login_date, 'UTF-8')) last_login_date,
         decode(location, 'UTF-8') location,
         row_number() OVER (PARTITION BY user_id ORDER BY to_date(decode(last_login_date, 'UTF-8')) DESC NULLS LAST) position
  FROM game_db.ods_user_profile
) ranked
WHERE ranked.position = 1;
