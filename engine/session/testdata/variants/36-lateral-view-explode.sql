SELECT word, count(*) AS n
FROM game_db.dwd_user_details
LATERAL VIEW explode(split(os_version, ' ')) parts AS word
GROUP BY word
