-- A view for the session, and a persistent one over it all.
CREATE OR REPLACE TEMPORARY VIEW payers AS SELECT user_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS spent FROM game_db.dwd_user_event WHERE amount > 0 GROUP BY user_id;
CREATE OR REPLACE VIEW game_db.v51_devices (device, users) AS SELECT device_type, count(*) AS n FROM game_db.dwd_user_details GROUP BY device_type;
SELECT v.device, v.users, count(p.user_id) AS payers, sum(p.spent) AS spent
FROM game_db.v51_devices v JOIN game_db.dwd_user_details d ON d.device_type = v.device LEFT JOIN payers p ON p.user_id = d.user_id
GROUP BY v.device, v.users
