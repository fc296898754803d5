-- Columns and tables named like words of the language.
WITH `select` AS (
  SELECT user_id AS `from`, decode(gender, 'UTF-8') AS `group`, decode(device_type, 'UTF-8') AS `order`, to_date(decode(last_login_date, 'UTF-8')) AS `date`
  FROM game_db.ods_user_profile AS `table`
)
SELECT `group`, count(*) AS `count`, max(`date`) AS `max`, count(DISTINCT `order`) AS `distinct`
FROM `select` AS `where`
GROUP BY `group`
HAVING count(*) > 0
