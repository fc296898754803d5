-- A union widens: INT with BIGINT, DECIMAL with DOUBLE, text with NULL.
SELECT 'a' AS k, 1 AS n, 1.5 AS x, CAST(NULL AS STRING) AS s
UNION ALL
SELECT 'b', count(*), 2.25, 'text' FROM game_db.dwd_user_details
UNION
SELECT NULL, 2147483648, CAST(3 AS DOUBLE), NULL
