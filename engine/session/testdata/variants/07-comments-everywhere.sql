SELECT /* the day */ event_date -- and a comment with ; a semicolon
     , /* a 'quote' in a comment */ count(/* all */ *) AS n -- "another" one
FROM /* -- not a line comment */ game_db.dwd_user_event /* block
   over ; several
   lines */
WHERE event_type <> '-- not a comment' -- end
  AND event_type <> '/* nor this */'
GROUP BY event_date /* last */
