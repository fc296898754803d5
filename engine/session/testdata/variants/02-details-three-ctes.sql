/* Decode, rank and pick in three steps; each reads the one before. */
DROP TABLE IF EXISTS game_db.v02_details;
CREATE TABLE game_db.v02_details
USING paimon
AS
WITH decoded AS (
  SELECT user_id, decode(os_version, 'UTF-8') AS os_version, decode(total_deaths, 'UTF-8') AS deaths_text,
         decode(game_hours, 'UTF-8') AS hours_text, decode(last_login_date, 'UTF-8') AS login_text
  FROM game_db.ods_user_profile
), typed AS (
  SELECT user_id, os_version, INT(deaths_text) AS total_deaths, DOUBLE(hours_text) AS game_hours, DATE(login_text) AS last_login_date
  FROM decoded
), numbered AS (
  SELECT *, ROW_NUMBER() OVER w AS n FROM typed
  WINDOW w AS (PARTITION BY user_id ORDER BY last_login_date DESC NULLS LAST)
)
SELECT * EXCEPT (n) FROM numbered WHERE n = 1
