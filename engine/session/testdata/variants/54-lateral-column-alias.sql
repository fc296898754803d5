-- An alias used by the next column of the same list.
SELECT dt, dau AS users, users * 2 AS doubled, doubled + 1 AS odd, d1_retained / users AS rate
FROM game_db.ads_retention_daily
