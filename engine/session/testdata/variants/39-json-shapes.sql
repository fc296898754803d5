-- Invalid, nested and strange JSON, literal by literal.
SELECT j, get_json_object(j, '$.a') AS a, get_json_object(j, '$.a.b') AS ab, get_json_object(j, '$.a[0]') AS a0, get_json_object(j, '$.a[*]') AS every, get_json_object(j, '$') AS whole
FROM VALUES ('{"a":1.50}'), ('{"a":{"b":"x"}}'), ('{"a":[1,"2",null]}'), ('{"a":null}'), ('{"b":2}'), ('{"a":1'), ('not json'), (''), ('{"a":1} tail'), ("{'a':3}"), ('[1,2]'), ('{"a":"q\\"uote"}'), ('{"a":true}'), ('{"a":1e3}'), (CAST(NULL AS STRING)) AS t(j)
