CREATE TABLE game_db.ads_retention_daily
USING paimon
AS
WITH dau AS (SELECT to_date(FROM_UNIXTIME(CAST(TRIM(decode(timestamp, 'UTF-8')) AS BIGINT) / 1000)) AS dt, user_id FROM game_db.ods_user_event GROUP BY 1, user_id)
SELECT base.dt, base.dau, COALESCE(d1.kept, 0) AS kept, ROUND(COALESCE(d1.kept, 0) * 1.0 / base.dau, 4) AS rate
FROM (SELECT dt, COUNT(DISTINCT user_id) AS dau FROM dau GROUP BY dt) base
LEFT JOIN (
  SELECT a.dt, COUNT(DISTINCT a.user_id) AS kept FROM dau a JOIN dau b ON a.user_id = b.user_id AND b.dt = DATE_ADD(a.dt, 1) GROUP BY a.dt
) d1 ON base.dt <=> d1.dt
