SELECT dt, dau, (SELECT max(dau) FROM game_db.ads_retention_daily) AS best,
       dau * 1.0 / (SELECT avg(dau) FROM game_db.ads_retention_daily) AS of_mean
FROM game_db.ads_retention_daily
WHERE dau >= (SELECT min(dau) FROM game_db.ads_retention_daily)
