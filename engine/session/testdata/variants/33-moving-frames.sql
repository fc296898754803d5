SELECT dt, dau, sum(dau) OVER (ORDER BY dt ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS three_days,
       avg(dau) OVER (ORDER BY dt ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS mean,
       max(dau) OVER (ORDER BY dt RANGE BETWEEN INTERVAL 3 DAYS PRECEDING AND CURRENT ROW) AS recent_best,
       first_value(dau) OVER (ORDER BY dt) AS first_dau, last_value(dau) OVER (ORDER BY dt ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS last_dau,
       lag(dau, 2, 0) OVER (ORDER BY dt) AS two_before, nth_value(dau, 2) OVER (ORDER BY dt) AS second
FROM game_db.ads_retention_daily
