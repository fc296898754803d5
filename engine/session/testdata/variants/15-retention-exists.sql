-- Retention by EXISTS instead of self joins.
DROP TABLE IF EXISTS game_db.v15_retention;
CREATE TABLE game_db.v15_retention USING paimon AS
WITH dau AS (SELECT DISTINCT event_date AS dt, user_id FROM game_db.dwd_user_event)
SELECT dt,
       count(*) AS dau,
       sum(back1) AS d1_retained,
       round(sum(back1) * 1.0 / count(*), 4) AS d1_retention_rate
FROM (
  SELECT a.dt, a.user_id,
         CASE WHEN EXISTS (SELECT 1 FROM dau b WHERE b.user_id = a.user_id AND b.dt = date_add(a.dt, 1)) THEN 1 ELSE 0 END AS back1
  FROM dau a
) flagged
GROUP BY dt
