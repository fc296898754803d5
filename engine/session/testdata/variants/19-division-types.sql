-- What dividing makes of whole numbers, decimals and doubles.
SELECT dau, dau / 3 AS by_int, dau div 3 AS whole, dau % 3 AS rest, dau * 1.0 / 7 AS dec, round(dau * 1.00 / 7, 3) AS rounded,
       CAST(dau AS DECIMAL(10, 2)) / CAST(3 AS DECIMAL(5, 1)) AS dec2, dau / 0 AS by_zero, -dau % 4 AS negative, pmod(-dau, 4) AS positive
FROM (SELECT dt, dau FROM game_db.ads_retention_daily) t
