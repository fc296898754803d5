SELECT dt, gmv, gmv * 2 AS twice, gmv + 0.5 AS more, gmv - 100 AS less, gmv * gmv AS square, gmv / 3 AS third, gmv / paying_users AS each,
       CAST(gmv AS INT) AS whole, CAST(gmv AS STRING) AS text, round(gmv) AS rounded, round(gmv, -1) AS tens, floor(gmv) AS down, ceil(gmv) AS up, bround(gmv, 1) AS even
FROM game_db.ads_purchase_trends_daily
