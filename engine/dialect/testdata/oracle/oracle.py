"""Asks real Spark the queries of queries.sql; writes golden.jsonl beside itself.

    {"sql", "names": [...], "types": [...], "rows": [[text, ...], ...]}   or   {"sql", "error"}

Beside it goes names.jsonl: how Spark names the expressions of engine/dialect/fn/testdata/oracle, {"sql", "names"}.
"""
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../paimon/testdata/interop"))

import sparkstart  # noqa: E402 -- from the folder above

TABLES = {
    "users": """SELECT * FROM VALUES
  (1, 'Ann', 'Shenzhen', 5, DATE'1999-12-31', array('vip', 'new'), map('a', 1, 'b', 2), named_struct('city', 'Shenzhen', 'zip', 518000)),
  (2, 'bob', 'Guangzhou', 3, DATE'2001-02-28', array('new'), map('b', 3), named_struct('city', 'Guangzhou', 'zip', 510000)),
  (3, 'Cen', 'Shenzhen', 3, DATE'2000-01-31', array(), map(), named_struct('city', 'Foshan', 'zip', 528000)),
  (4, 'O\\'Hara', NULL, NULL, NULL, NULL, NULL, NULL)
  AS t(id, name, city, level, born, tags, props, address)""",
    "events": """SELECT * FROM VALUES
  (1, 1, 'login', NULL, TIMESTAMP'2024-05-06 11:59:59'),
  (2, 1, 'purchase', 9.99D, TIMESTAMP'2024-05-06 12:00:00'),
  (3, 2, 'purchase', 0.5D, TIMESTAMP'2024-05-06 12:30:00'),
  (4, 2, 'login', NULL, TIMESTAMP'2024-05-07 00:00:00'),
  (5, 9, 'login', 1.5D, NULL)
  AS t(id, user_id, kind, amount, at)""",
}

AGG = """SELECT * FROM VALUES
  (1, 'a', 1, 10L, 1.5D, 1.10BD, 'x', true, DATE'2024-05-01', TIMESTAMP'2024-05-01 01:00:00')
  AS t(id, k, i, l, d, dec, s, b, dt, ts)"""


def ask(spark, sql):
    frame = spark.sql(sql)
    fields = frame.schema.fields
    return {"names": [f.name for f in fields], "types": [f.dataType.simpleString() for f in fields], "rows": sparkstart.printed(spark, frame._jdf)}


def statements(text):
    out, current = [], []
    for line in text.split("\n"):
        if line.startswith("-- ") and not current:
            continue
        current.append(line)
        if line.endswith(";"):
            out.append("\n".join(current)[:-1])
            current = []
    return out


def names(spark):
    spark.sql(AGG).coalesce(1).createOrReplaceTempView("agg")
    with open(os.path.join(HERE, "names.jsonl"), "w", encoding="utf-8") as out:
        for path in sorted(glob.glob(os.path.join(HERE, "../../fn/testdata/oracle/*.txt"))):
            if path.endswith("deviations.txt"):
                continue
            for line in open(path, encoding="utf-8"):
                line = line.rstrip("\n")
                if not line or line.startswith("#"):
                    continue
                sql = "SELECT " + line + (" FROM agg" if path.endswith("aggregate.txt") else "")
                try:
                    out.write(json.dumps({"sql": sql, "names": spark.sql(sql).columns}, ensure_ascii=False) + "\n")
                except Exception:  # a refusal has no names
                    pass


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "golden.jsonl")
    spark = sparkstart.start({"spark.sql.warehouse.dir": "/tmp/laketop-oracle-warehouse"})
    for name, sql in TABLES.items():
        spark.sql(sql).coalesce(1).createOrReplaceTempView(name)
    with open(os.path.join(HERE, "queries.sql"), encoding="utf-8") as f:
        queries = statements(f.read())
    with open(out, "w", encoding="utf-8") as f:
        for sql in queries:
            answer = {"sql": sql}
            try:
                answer.update(ask(spark, sql))
            except Exception as e:  # every refusal of Spark is an answer
                answer["error"] = str(e).split("\n")[0][:200]
            f.write(json.dumps(answer, ensure_ascii=False) + "\n")
    names(spark)
    spark.stop()


main()
