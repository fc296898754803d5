SELECT event_date, transform(sort_array(collect_set(event_type)), x -> concat(x, '!')) AS shouted, size(filter(collect_list(amount), a -> a > 0)) AS paid, array_contains(collect_set(event_type), 'refund') AS refunds
FROM game_db.dwd_user_event
GROUP BY event_date
