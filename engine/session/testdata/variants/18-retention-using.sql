-- USING instead of ON, and a right join for a left one.
WITH dau AS (SELECT DISTINCT event_date AS dt, user_id FROM game_db.dwd_user_event),
     base AS (SELECT dt, count(user_id) AS dau FROM dau GROUP BY dt),
     d1 AS (SELECT a.dt, count(DISTINCT user_id) AS d1_retained FROM dau a JOIN (SELECT date_sub(dt, 1) AS dt, user_id FROM dau) b USING (dt, user_id) GROUP BY a.dt)
SELECT dt, base.dau, coalesce(d1.d1_retained, 0) AS d1_retained, round(coalesce(d1.d1_retained, 0) / base.dau, 4) AS rate
FROM d1 RIGHT JOIN base USING (dt)
