-- The ETL of the game once more, by hand, for DuckDB alone: native functions,
-- plain parquet files, no lake and no dialect. The benchmark divides Laketop's
-- time by this one's.
--
-- ${source} is the sample's folder, ${out} an empty folder. Steps are divided
-- by "-- step" lines and stand for the tables of notebooks/game_etl.ipynb; the
-- rows are the same, and so are the types, and the files are compressed alike.
--
-- Two switches belong to the answer, not to the speed: DuckDB 1.5.5's plan for
-- "the newest row per key" picks a wrong row where the first has no date, and
-- Spark's days are days in Shanghai.
SET TimeZone = 'Asia/Shanghai';
SET disabled_optimizers = 'top_n_window_elimination';
SET preserve_insertion_order = false;

-- step ods_user_profile
COPY (FROM read_parquet('${source}/user_profile/*.parquet')) TO '${out}/ods_user_profile.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step ods_user_event
COPY (FROM read_parquet('${source}/user_event/*.parquet')) TO '${out}/ods_user_event.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step dwd_user_details
COPY (
  WITH readable AS (
    SELECT user_id,
           decode(gender) AS gender,
           decode(os_version) AS os_version,
           CAST(trunc(TRY_CAST(decode(current_level) AS DOUBLE)) AS INTEGER) AS current_level,
           decode(device_type) AS device_type,
           TRY_CAST(left(trim(decode(last_login_date)), 10) AS DATE) AS last_login_date,
           -- The only column with bytes that are no UTF-8, always at the end.
           CASE WHEN octet_length(favorite_game_mode) > 0 AND favorite_game_mode[-1:] = '\xFF'::BLOB
                THEN decode(favorite_game_mode[:-2]) || chr(65533) ELSE decode(favorite_game_mode) END AS favorite_game_mode,
           decode(language_preference) AS language_preference,
           decode(active_time) AS active_time,
           TRY_CAST(decode(registration_date) AS DATE) AS registration_date,
           TRY_CAST(decode(total_deaths) AS INTEGER) AS total_deaths,
           TRY_CAST(decode(game_hours) AS DOUBLE) AS game_hours,
           decode(location) AS location,
           decode(play_frequency) AS play_frequency
    FROM '${out}/ods_user_profile.parquet'
  )
  FROM readable
  QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY last_login_date DESC NULLS LAST) = 1
) TO '${out}/dwd_user_details.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step dwd_user_event
COPY (
  WITH readable AS (
    SELECT user_id, lower(decode(event_type)) AS event_type, trim(decode("timestamp", 'replace')) AS ts,
           decode(event_details, 'replace') AS details, decode(location) AS own_location
    FROM '${out}/ods_user_event.parquet'
  ),
  timed AS (
    SELECT *, CASE
        WHEN regexp_full_match(ts, '[0-9]{13}') THEN to_timestamp(CAST(ts AS BIGINT) // 1000)
        WHEN regexp_full_match(ts, '[0-9]{10}') THEN to_timestamp(CAST(ts AS BIGINT))
        WHEN regexp_full_match(ts, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}') THEN TRY_CAST(ts AS TIMESTAMPTZ)
      END AS event_ts
    FROM readable
  )
  SELECT t.user_id, t.event_ts, CAST(t.event_ts AS DATE) AS event_date, t.event_type,
         coalesce(nullif(t.own_location, ''), u.location) AS location,
         coalesce(TRY_CAST(json_extract_string(TRY_CAST(t.details AS JSON), '$.amount') AS DOUBLE), 0.0) AS amount,
         u.gender, u.device_type
  FROM timed AS t LEFT JOIN '${out}/dwd_user_details.parquet' AS u ON u.user_id = t.user_id
  WHERE t.event_ts IS NOT NULL
) TO '${out}/dwd_user_event.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step ads_retention_daily
COPY (
  WITH visit AS (SELECT DISTINCT event_date AS dt, user_id FROM '${out}/dwd_user_event.parquet')
  SELECT v.dt, count(*) AS dau,
         count(a.user_id) AS d1_retained,
         CAST(round(CAST(count(a.user_id) AS DECIMAL(38, 16)) / count(*), 4) AS DECIMAL(27, 4)) AS d1_retention_rate,
         count(b.user_id) AS d7_retained,
         CAST(round(CAST(count(b.user_id) AS DECIMAL(38, 16)) / count(*), 4) AS DECIMAL(27, 4)) AS d7_retention_rate
  FROM visit AS v
  LEFT JOIN visit AS a ON a.user_id = v.user_id AND a.dt = v.dt + 1
  LEFT JOIN visit AS b ON b.user_id = v.user_id AND b.dt = v.dt + 7
  GROUP BY v.dt
) TO '${out}/ads_retention_daily.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step ads_purchase_trends_daily
COPY (
  WITH daily AS (
    SELECT event_date AS dt,
           CAST(coalesce(sum(amount) FILTER (event_type = 'purchase'), 0) AS DECIMAL(18, 2)) AS gmv,
           count(DISTINCT user_id) FILTER (event_type = 'purchase' AND amount > 0) AS paying_users,
           count(*) FILTER (event_type = 'purchase' AND amount > 0) AS orders
    FROM '${out}/dwd_user_event.parquet'
    GROUP BY event_date
  )
  SELECT dt, gmv, paying_users, orders,
         CAST(round(gmv / nullif(paying_users, 0) + 1e-9, 2) AS DECIMAL(18, 2)) AS arppu
  FROM daily
) TO '${out}/ads_purchase_trends_daily.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step ads_device_preference_daily
COPY (
  WITH daily AS (
    SELECT event_date AS dt, coalesce(nullif(device_type, ''), 'Unknown') AS device_type, count(DISTINCT user_id) AS users
    FROM '${out}/dwd_user_event.parquet'
    GROUP BY ALL
  )
  SELECT dt, device_type, users,
         CAST(round(users / sum(users) OVER (PARTITION BY dt) + 1e-12, 4) AS DECIMAL(27, 4)) AS share
  FROM daily
) TO '${out}/ads_device_preference_daily.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);

-- step ads_region_distribution_daily
COPY (
  WITH divided AS (
    SELECT event_date AS dt, user_id, trim(coalesce(location, '')) AS place,
           regexp_extract(place, '^(北京市|天津市|上海市|重庆市|[^省市区]{2,3}省|[^省市区]{2,5}自治区|[^省市区]{2}特别行政区)', 1) AS division
    FROM '${out}/dwd_user_event.parquet'
  )
  SELECT dt,
         CASE WHEN place = '' THEN '未知' WHEN division = '' THEN '其他' ELSE division END AS province,
         CASE WHEN place = division THEN '未知' WHEN division = '' THEN place ELSE substr(place, length(division) + 1) END AS city,
         count(DISTINCT user_id) AS dau
  FROM divided
  GROUP BY ALL
) TO '${out}/ads_region_distribution_daily.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1);
