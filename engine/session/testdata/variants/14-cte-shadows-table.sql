-- A CTE hides a table of the same name, and a later CTE sees the earlier one.
WITH dwd_user_event AS (SELECT event_date, user_id, amount FROM game_db.dwd_user_event WHERE amount > 0),
     sums AS (SELECT event_date, CAST(sum(amount) AS DECIMAL(18, 2)) AS gmv FROM dwd_user_event GROUP BY event_date)
SELECT * FROM sums
