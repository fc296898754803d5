SELECT event_type, pos, piece
FROM (SELECT DISTINCT event_type FROM game_db.dwd_user_event) t
LATERAL VIEW OUTER posexplode(split(event_type, '_')) p AS pos, piece
