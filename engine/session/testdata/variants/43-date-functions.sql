SELECT d, date_add(d, 30) AS plus, date_sub(d, 1) AS minus, add_months(d, 1) AS next_month, last_day(d) AS month_end, trunc(d, 'MM') AS month_start, trunc(d, 'WEEK') AS week_start, next_day(d, 'MON') AS monday,
       datediff(d, DATE '2026-01-01') AS since, months_between(d, DATE '2026-01-31') AS months, dayofweek(d) AS dow, weekday(d) AS wd, dayofyear(d) AS doy, weekofyear(d) AS week, quarter(d) AS q, date_format(d, 'EEEE, d MMM yyyy') AS words,
       unix_timestamp(d) AS unix, to_date('21/10/2026', 'dd/MM/yyyy') AS parsed
FROM VALUES (DATE '2026-01-31'), (DATE '2024-02-29'), (DATE '2026-11-01'), (DATE '2026-12-31') AS t(d)
