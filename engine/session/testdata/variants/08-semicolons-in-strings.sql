SELECT 'a;b' AS one, "c;d" AS two, 'it''s' 's' AS three, 'line\nend\u0041' AS four, 'quote\'s' AS five, concat('x', ';', 'y') AS six;
