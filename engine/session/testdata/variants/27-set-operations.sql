(SELECT user_id FROM game_db.dwd_user_event WHERE event_type = 'login'
 INTERSECT
 SELECT user_id FROM game_db.dwd_user_event WHERE event_type = 'purchase')
MINUS
SELECT user_id FROM game_db.dwd_user_event WHERE event_type = 'refund'
UNION ALL
SELECT -1
