-- Text timestamps with their pattern spelt out.
SELECT to_date(to_timestamp(s, 'yyyy-MM-dd HH:mm:ss')) AS day, date_format(min(to_timestamp(s, 'yyyy-MM-dd HH:mm:ss')), 'HH:mm') AS earliest, count(*) AS n
FROM (SELECT trim(decode(timestamp, 'UTF-8')) AS s FROM game_db.ods_user_event) t
WHERE s RLIKE '^[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01]) [0-9:]{8}$' AND NOT s RLIKE '02-3|13-45'
GROUP BY to_date(to_timestamp(s, 'yyyy-MM-dd HH:mm:ss'))
