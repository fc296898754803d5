SELECT user_id, spent, row_number() OVER w AS rn, rank() OVER w AS rk, dense_rank() OVER w AS dr, ntile(4) OVER w AS quarter,
       round(percent_rank() OVER w, 6) AS pr, round(cume_dist() OVER w, 6) AS cd
FROM (SELECT user_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS spent FROM game_db.dwd_user_event GROUP BY user_id HAVING sum(amount) > 0) s
WINDOW w AS (ORDER BY spent DESC, user_id)
