-- Days by an exploded sequence, so that days without orders show too.
SELECT d AS dt, coalesce(p.orders, 0) AS orders
FROM (SELECT explode(sequence(DATE '2026-10-17', DATE '2026-10-30', INTERVAL 1 DAY)) AS d) days
LEFT JOIN game_db.ads_purchase_trends_daily p ON p.dt = d
