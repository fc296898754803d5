-- Result types of aggregates over every kind of number.
SELECT sum(orders) AS s_bigint, avg(orders) AS a_bigint, sum(gmv) AS s_dec, avg(gmv) AS a_dec, round(sum(CAST(gmv AS DOUBLE)), 2) AS s_double,
       sum(CAST(orders AS INT)) AS s_int, avg(CAST(orders AS INT)) AS a_int, min(gmv) AS lo, max(gmv) AS hi, count(arppu) AS n, sum(CAST(NULL AS INT)) AS none
FROM game_db.ads_purchase_trends_daily
