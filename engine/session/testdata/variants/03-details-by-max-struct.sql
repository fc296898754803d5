-- The newest row found by an aggregate over a struct, without any window.
SELECT user_id, newest.device AS device_type, newest.place AS location, newest.login AS last_login_date
FROM (
  SELECT user_id,
         max(named_struct('login', to_date(decode(last_login_date, 'UTF-8')),
                          'device', decode(device_type, 'UTF-8'),
                          'place', decode(location, 'UTF-8'))) AS newest
  FROM game_db.ods_user_profile
  WHERE to_date(decode(last_login_date, 'UTF-8')) IS NOT NULL
  GROUP BY user_id
) AS t;
