-- @ordered
SELECT province, sum(dau) AS visits, rank() OVER (ORDER BY sum(dau) DESC) AS place
FROM game_db.ads_region_distribution_daily
GROUP BY province
ORDER BY visits DESC, province
LIMIT 10 OFFSET 2
