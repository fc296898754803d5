-- A CTE within a CTE within a derived table.
SELECT *
FROM (
  WITH outer_part AS (
    WITH inner_part AS (SELECT event_date, user_id FROM game_db.dwd_user_event GROUP BY 1, 2)
    SELECT event_date AS dt, count(*) AS dau FROM inner_part GROUP BY event_date
  )
  SELECT dt, dau, dau - lag(dau) OVER (ORDER BY dt) AS change FROM outer_part
) q
