-- Create with columns, insert twice, overwrite once, read back.
DROP TABLE IF EXISTS game_db.v50_daily;
CREATE TABLE game_db.v50_daily (dt DATE COMMENT 'the day', events BIGINT, note STRING) USING paimon;
INSERT INTO game_db.v50_daily SELECT event_date, count(*), 'first' FROM game_db.dwd_user_event GROUP BY event_date;
INSERT INTO game_db.v50_daily VALUES (DATE '2026-01-01', 0, NULL), (NULL, 1, 'no day');
INSERT OVERWRITE game_db.v50_daily SELECT dt, events * 2, coalesce(note, 'none') FROM (SELECT event_date AS dt, count(*) AS events, 'second' AS note FROM game_db.dwd_user_event GROUP BY event_date) AS again;
SELECT dt, events, note FROM game_db.v50_daily
