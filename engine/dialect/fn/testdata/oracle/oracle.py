"""Asks real Spark what the expressions of this folder are.

    oracle.py            writes golden.jsonl beside itself
    oracle.py OUT.jsonl  writes there (the freshness test compares)

One line of golden.jsonl answers one line of a .txt file:
    {"file", "sql", "type": ["int", ...], "rows": [[text, ...], ...]}   text as the spark-sql shell prints it
    {"file", "sql", "error": "CONDITION_NAME"}
"""
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../../paimon/testdata/interop"))

import sparkstart  # noqa: E402 -- from the folder above

AGG = """
SELECT * FROM VALUES
  (1, 'a', 1,    10L,  1.5D,  1.10BD, 'x',  true,  DATE'2024-05-01', TIMESTAMP'2024-05-01 01:00:00'),
  (2, 'a', 2,    20L,  2.5D,  2.25BD, 'y',  false, DATE'2024-05-02', TIMESTAMP'2024-05-02 02:00:00'),
  (3, 'b', 3,    35L,  NULL,  3.33BD, NULL, true,  NULL,             TIMESTAMP'2024-05-03 03:00:00'),
  (4, 'b', NULL, 40L,  -1.0D, NULL,   'z',  NULL,  DATE'2024-05-04', NULL),
  (5, NULL, 5,   55L,  1e10D, 5.00BD, 'w',  true,  DATE'2024-05-05', TIMESTAMP'2024-05-05 05:00:00'),
  (6, 'a', 2,    NULL, 0.25D, 6.66BD, 'v',  false, DATE'2024-05-06', TIMESTAMP'2024-05-06 06:00:00'),
  (7, 'c', 7,    70L,  3.75D, 7.77BD, 'u',  true,  DATE'2024-05-07', TIMESTAMP'2024-05-07 07:00:00')
AS t(id, k, i, l, d, dec, s, b, dt, ts)
"""


def ask(spark, sql, name):
    query = "SELECT " + sql
    if name in ("aggregate", "columns"):
        query += " FROM agg" + (" ORDER BY id" if " over (" in sql or name == "columns" else "")
    frame = spark.sql(query)
    return {"type": [t.dataType.simpleString() for t in frame.schema.fields], "rows": sparkstart.printed(spark, frame._jdf)}


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "golden.jsonl")
    spark = sparkstart.start()
    spark.sql(AGG).coalesce(1).createOrReplaceTempView("agg")
    with open(out, "w", encoding="utf-8") as f:
        for path in sorted(glob.glob(os.path.join(HERE, "*.txt"))):
            name = os.path.basename(path)[:-4]
            for line in open(path, encoding="utf-8"):
                line = line.rstrip("\n")
                if not line or line.startswith("#"):
                    continue
                answer = {"file": name, "sql": line}
                try:
                    answer.update(ask(spark, line, name))
                except Exception as e:  # every refusal of Spark is an answer
                    answer["error"] = sparkstart.condition(e)
                f.write(json.dumps(answer, ensure_ascii=False) + "\n")
    spark.stop()


main()
