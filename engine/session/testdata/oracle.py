"""The oracle: real Spark, asked what Laketop should answer.

    oracle.py golden [--check] [--sample DIR] [--seeds DIR] [NAME ...]
        Runs the shipped notebook, the shipped dashboard's datasets, the seeds
        (where they are) and every file in variants/ in PySpark over the small sample, and writes one JSON file
        each into golden/; --check compares instead and exits 1 on a difference.
    oracle.py read-table WAREHOUSE DATABASE TABLE [TABLE ...] [--jar PAIMON_BUNDLE_JAR]
        Reads Paimon tables: Paimon Java opens each and plans the scan, Spark
        reads the files of the plan. Prints one JSON object, table -> the same
        as a golden's table.
    oracle.py bench DIR [--runs N] [--seeds DIR] [--paimon SPARK_CONNECTOR_JAR]
        Times the whole ETL of the seeds over the sample in DIR, with and
        without Spark's start-up; with the connector it fills Paimon tables.

Which Spark: PySpark 4.0, spark.sql.ansi.enabled=false and
spark.sql.legacy.codingErrorAction=true (lenient decode, as in 3.5), the
session's zone Asia/Shanghai. The lake's Spark connector is not published where
this project builds, so `USING paimon` is read as `USING parquet`: rows and
Spark's types are the same, and Paimon's type names follow from them by the
table in paimon_type.

A golden file:

    name, sql        the file's name and the SHA-256 of its text
    ordered          the rows' order is part of the answer (-- @ordered)
    result           of the last query: schema [[name, type]], rows
    tables           name -> schema [[name, spark type, paimon type]], rows

Rows are lists of text as Spark's shell prints values, null for NULL, sorted
unless ordered. A table or result of more than FULL rows keeps `count`,
`sha256` (over the sorted rows, each as compact JSON and a newline) and every
n-th row as `some`.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "engine/paimon/testdata/interop"))

import sparkstart  # noqa: E402 -- from the folder above

FULL = 300
SOME = 40


def start(warehouse, heap="2g", jars=(), more=None):
    """Starts Spark the way DESIGN.md names it, with more settings."""
    os.environ["TZ"] = sparkstart.ZONE
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    time.tzset()
    settings = {
        "spark.driver.memory": heap,
        "spark.sql.warehouse.dir": str(warehouse),
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.driver.extraJavaOptions": f"-Duser.timezone={sparkstart.ZONE} -Dderby.system.home={warehouse}",
    }
    if jars:
        settings["spark.jars"] = ",".join(map(str, jars))
    return sparkstart.start({**settings, **(more or {})}, cores=2)


def statements(text):
    """Splits at semicolons outside strings, quoted names and comments."""
    out, begin, i = [], 0, 0
    while i < len(text):
        c, two = text[i], text[i : i + 2]
        if two == "--":
            i = (text.find("\n", i) + 1) or len(text)
        elif two == "/*":
            i = (text.find("*/", i + 2) + 2) if "*/" in text[i + 2 :] else len(text)
        elif c in "'\"`":
            i += 1
            while i < len(text) and text[i] != c:
                i += 2 if text[i] == "\\" and c != "`" else 1
            i += 1
        elif c == ";":
            out.append(text[begin:i])
            begin = i = i + 1
        else:
            i += 1
    out.append(text[begin:])
    return [s for s in out if code(s)]


def code(s):
    """The statement without comments at its ends, "" for comments alone."""
    while True:
        t = re.sub(r"^\s*(--[^\n]*(\n|$)|/\*.*?\*/)", "", s, flags=re.S)
        if t == s:
            return t.strip()
        s = t


def for_spark(s):
    """The statement without what only a lake's catalog understands."""
    s = re.sub(r"(?i)\bUSING\s+paimon\b", "USING parquet", s)
    return re.sub(r"(?i)\bpaimon_catalog\s*\.", "spark_catalog.", s)


def is_query(s):
    return re.match(r"(?i)\(*\s*(select|with|values|from)\b", code(s)) is not None


def target(s):
    """The table a statement fills, if any."""
    m = re.match(r"(?i)(?:create\s+table(?:\s+if\s+not\s+exists)?|insert\s+(?:into|overwrite)(?:\s+table)?)\s+([\w.]+)", code(s))
    return m.group(1).lower() if m else None


def for_paimon(s):
    """The statement for Spark 3.5 with the lake's catalog as the current one: its way to leave out a column."""
    s = re.sub(r"(?i)\*\s*EXCEPT\s*\((\w+)\)", r"`(\1)?+.+`", s)
    return re.sub(r"(?i)\bpaimon_catalog\s*\.", "", s)


def run(spark, text, form=for_spark):
    """Runs a file; returns the last query's frame and the tables it filled."""
    last, filled = None, []
    for s in statements(text):
        frame = spark.sql(form(s))
        if is_query(s):
            last = frame
        elif (t := target(s)) and t not in filled:
            filled.append(t)
    return last, filled


def rows_of(spark, frame):
    """Rows as lists of the shell's text.

    The rows are collected once and laid out again as a local relation, so
    that text and NULLs are asked of the same rows in the same order.
    """
    jframe = frame._jdf
    session = spark._jsparkSession
    local = session.createDataFrame(jframe.collectAsList(), jframe.schema())
    width = len(frame.columns)
    text = sparkstart.printed(spark, local)
    from pyspark.sql import DataFrame

    named = DataFrame(local, spark).toDF(*[f"c{i}" for i in range(width)])
    nulls = named.selectExpr(*[f"c{i} IS NULL" for i in range(width)]).collect()
    for line in text:
        if len(line) != width:
            raise ValueError(f"a value holds a tab: {line}")
    return [[None if n else v for v, n in zip(line, null)] for line, null in zip(text, nulls)]


def pack(rows, ordered=False):
    """Rows as a golden keeps them."""
    if not ordered:
        rows = sorted(rows, key=lambda r: [(v is not None, v or "") for v in r])
    if len(rows) <= FULL:
        return {"count": len(rows), "rows": rows}
    text = "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows)
    step = -(-len(rows) // SOME)
    return {"count": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest(), "some": rows[::step]}


PAIMON = {
    "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INT", "bigint": "BIGINT", "float": "FLOAT", "double": "DOUBLE",
    "boolean": "BOOLEAN", "string": "STRING", "binary": "BYTES", "date": "DATE",
    "timestamp": "TIMESTAMP(6) WITH LOCAL TIME ZONE", "timestamp_ntz": "TIMESTAMP(6)",
}  # fmt: skip


def pretty(value, depth=0):
    """JSON with a line per row: lists of scalars stay on one line."""
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k)}: {pretty(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * depth + "}"
    if isinstance(value, list) and any(isinstance(v, list) for v in value):
        return "[\n" + ",\n".join(pad + pretty(v, depth + 1) for v in value) + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False)


def paimon_type(spark_type):
    """What Paimon's connector makes of a Spark type."""
    if m := re.fullmatch(r"decimal\((\d+),(\d+)\)", spark_type):
        return f"DECIMAL({m[1]}, {m[2]})"
    if m := re.fullmatch(r"array<(.*)>", spark_type):
        return f"ARRAY<{paimon_type(m[1])}>"
    return PAIMON[spark_type]


def describe(spark, table):
    frame = spark.table(table)
    return {"schema": [[n, t, paimon_type(t)] for n, t in frame.dtypes], **pack(rows_of(spark, frame))}


def golden(spark, name, text):
    last, filled = run(spark, text)
    ordered = re.search(r"(?m)^-- @ordered\s*$", text) is not None
    out = {"name": name, "sql": hashlib.sha256(text.encode()).hexdigest(), "ordered": ordered}
    if last is not None:
        out["result"] = {"schema": [[n, t] for n, t in last.dtypes], **pack(rows_of(spark, last), ordered)}
    if filled:
        out["tables"] = {t: describe(spark, t) for t in filled}
    return out


def cells(path, params):
    """The SQL cells of a notebook that Spark understands."""
    doc = json.loads(path.read_text())
    for cell in doc["cells"]:
        text = "".join(cell["source"])
        own = cell["metadata"].get("laketop", {})
        if cell["cell_type"] != "code" or own.get("kind") == "parameters" or text.startswith("%%"):
            continue
        if re.search(r"\bfiles\(", text):
            continue  # Laketop's own table function
        if "LIMIT" in text and "ORDER BY" not in text:
            continue  # any rows are right
        yield own["name"], re.sub(r"\$\{(\w+)\}", lambda m: params[m[1]], text)


PERIOD = {"previous_from": "2026-10-16", "from": "2026-10-20", "to": "2026-10-28"}


def datasets(path):
    """The datasets of a dashboard over PERIOD."""
    import yaml

    for name, dataset in yaml.safe_load(path.read_text())["datasets"].items():
        yield name, re.sub(r"\$\{(\w+)\}", lambda m: PERIOD[m[1]], dataset["sql"])


def jobs(args):
    """(golden name, SQL text) in the order they run."""
    params = {"source": str(args.sample), "catalog": "spark_catalog", "time_zone": sparkstart.ZONE}
    for name, text in cells(ROOT / "notebooks" / "game_etl.ipynb", params):
        yield f"notebook-{name}", text
    for name, text in datasets(ROOT / "notebooks" / "dashboards" / "game.yaml"):
        yield f"dashboard-{name}", text
    if args.seeds and args.seeds.is_dir():
        for path in sorted(args.seeds.glob("000-[23]-*.spark.sql")):
            yield f"seed-{path.name.split('.')[0]}", path.read_text()
    for path in sorted((HERE / "variants").glob("*.sql")):
        yield path.stem, path.read_text()


def command_golden(args):
    out, bad = HERE / "golden", []
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        spark = start(Path(tmp) / "warehouse")
        for name, text in jobs(args):
            wanted = not args.names or any(name.startswith(n) for n in args.names) or not re.match(r"\d", name)
            if not wanted:
                continue
            try:
                made = golden(spark, name, text)
            except Exception as e:  # the file is wrong, or Spark is: say which and go on
                bad.append(name)
                print(f"{name}: {str(e).splitlines()[0][:300]}", file=sys.stderr)
                continue
            if "result" not in made and "tables" not in made:
                continue
            made["sql"] = made["sql"] if re.match(r"\d", name) else ""
            path, new = out / f"{name}.json", pretty(made) + "\n"
            if args.check:
                if not path.exists() or path.read_text() != new:
                    bad.append(name)
                    print(f"{name}: differs from {path}", file=sys.stderr)
            else:
                path.write_text(new)
        version = spark.version
        spark.stop()
    print(f"Spark {version}: {len(bad)} bad {bad}", file=sys.stderr)
    return 1 if bad else 0


def bundle(explicit):
    """The jar of Paimon Java: named, or the newest in Maven's cache."""
    found = [Path(explicit)] if explicit else sorted(Path.home().glob(".m2/repository/org/apache/paimon/paimon-bundle/*/paimon-bundle-*.jar"))
    if not found or not found[-1].exists():
        raise SystemExit("paimon-bundle is missing: mvn dependency:get -Dartifact=org.apache.paimon:paimon-bundle:1.3.1 -Dtransitive=false")
    return found[-1]


SPARK = {v.split("(")[0]: k for k, v in PAIMON.items() if not k.startswith("timestamp")}


def spark_type(t):
    """The Spark type of a Paimon type as schema files spell it."""
    if isinstance(t, dict):
        if t["type"].startswith("ARRAY"):
            return f"array<{spark_type(t['element'])}>"
        if t["type"].startswith("MAP"):
            return f"map<{spark_type(t['key'])},{spark_type(t['value'])}>"
        return "struct<" + ",".join(f"`{f['name']}`:{spark_type(f['type'])}" for f in t["fields"]) + ">"
    t = t.removesuffix(" NOT NULL")
    if t.startswith("TIMESTAMP"):
        return "timestamp" if t.endswith("LOCAL TIME ZONE") else "timestamp_ntz"
    if m := re.match(r"DECIMAL\((\d+), ?(\d+)\)", t):
        return f"decimal({m[1]},{m[2]})"
    if t.startswith("TIME"):
        return "int"  # milliseconds of the day: Spark has no such type
    if t.startswith(("CHAR", "VARCHAR")):
        return "string"
    if t.startswith(("BINARY", "VARBINARY")):
        return "binary"
    return SPARK[t]


def plan(jvm, warehouse, database, table):
    """Opens the table in Paimon Java and returns its fields, its data files as
    the scan names them, and the rows that the plan promises."""
    opts = jvm.org.apache.paimon.options.Options()
    opts.set("warehouse", Path(warehouse).resolve().as_uri())
    catalog = jvm.org.apache.paimon.catalog.CatalogFactory.createCatalog(jvm.org.apache.paimon.catalog.CatalogContext.create(opts))
    handle = catalog.getTable(jvm.org.apache.paimon.catalog.Identifier.create(database, table))
    fields = json.loads(jvm.org.apache.paimon.utils.JsonSerdeUtil.toJson(handle.schema()))["fields"]
    files, promised = [], 0
    # Not handle.newReadBuilder(): py4j finds no default methods of a package's own classes.
    for split in jvm.org.apache.paimon.table.source.ReadBuilderImpl(handle).newScan().plan().splits():
        raw = split.convertToRawFiles()
        if not raw.isPresent():
            raise SystemExit(f"{database}.{table} needs merging: read-table reads append tables without deletion vectors")
        promised += split.rowCount()
        files += [f.path() for f in raw.get()]
    catalog.close()
    return fields, files, promised


def read_table(spark, warehouse, database, table):
    fields, files, promised = plan(spark._jvm, warehouse, database, table)
    ddl = ", ".join(f"`{f['name']}` {spark_type(f['type'])}" for f in fields)
    frame = spark.read.schema(ddl).parquet(*files) if files else spark.createDataFrame([], ddl)
    if frame.count() != promised:
        raise SystemExit(f"{table}: Spark reads {frame.count()} rows, Paimon's manifests promise {promised}")
    schema = [[n, t, f["type"]] for (n, t), f in zip(frame.dtypes, fields)]
    return {"schema": schema, "files": len(files), **pack(rows_of(spark, frame))}


def command_read_table(args):
    with tempfile.TemporaryDirectory() as tmp:
        spark = start(Path(tmp) / "warehouse", jars=[bundle(args.jar)])
        made = {t: read_table(spark, args.warehouse, args.database, t) for t in args.tables}
        spark.stop()
    print(pretty(made), file=args.out)
    return 0


ODS = """
DROP TABLE IF EXISTS game_db.{table};
CREATE TABLE game_db.{table} USING paimon AS SELECT * FROM parquet.`{source}/{folder}/*.parquet`
"""


def paimon_settings(tmp):
    """A Paimon catalog in a folder of tmp, and Spark 3.5's regular expressions for columns."""
    return {
        "spark.sql.catalog.paimon": "org.apache.paimon.spark.SparkCatalog",
        "spark.sql.catalog.paimon.warehouse": f"file:{tmp}/lake",
        "spark.sql.extensions": "org.apache.paimon.spark.extensions.PaimonSparkSessionExtensions",
        "spark.sql.parser.quotedRegexColumnNames": "true",
    }


def command_bench(args):
    steps = [ODS.format(table=f"ods_{f}", folder=f, source=args.dir.resolve()) for f in ("user_profile", "user_event")]
    seeds = sorted(args.seeds.glob("000-[23]-*.spark.sql")) if args.seeds and args.seeds.is_dir() else []
    if len(seeds) != 2:
        raise SystemExit(f"bench needs the seeds 000-2 and 000-3 in {args.seeds}")
    steps += [p.read_text() for p in seeds]
    with tempfile.TemporaryDirectory() as tmp:
        begin = time.perf_counter()
        if args.paimon:
            spark = start(Path(tmp) / "warehouse", jars=[args.paimon], more=paimon_settings(tmp))
            spark.sql("USE paimon")
        else:
            spark = start(Path(tmp) / "warehouse")
        form = for_paimon if args.paimon else for_spark
        spark.sql("CREATE DATABASE IF NOT EXISTS game_db")
        startup = time.perf_counter() - begin
        runs = []
        for _ in range(args.runs):
            begin = time.perf_counter()
            for s in steps:
                run(spark, s, form)
            runs.append(time.perf_counter() - begin)
        days = spark.table("game_db.ads_retention_daily").count()
        events = spark.table("game_db.dwd_user_event").count()
        version = spark.version
        spark.stop()
    json.dump(
        {
            "spark": version, "storage": "paimon" if args.paimon else "parquet", "events": events, "days": days, "startup_s": round(startup, 3),
            "first_s": round(runs[0], 3), "with_startup_s": round(startup + runs[0], 3),
            "warm_s": [round(r, 3) for r in runs[1:]],
        }, args.out, indent=1)  # fmt: skip
    print(file=args.out)
    return 0


def main():
    seeds = Path(os.environ.get("LAKETOP_SEEDS", ROOT.parent / "shared" / "seeds" / "sql"))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(required=True)
    g = sub.add_parser("golden")
    g.add_argument("--check", action="store_true")
    g.add_argument("--sample", type=Path, default=HERE / "sample")
    g.add_argument("--seeds", type=Path, default=seeds)
    g.add_argument("names", nargs="*")
    g.set_defaults(do=command_golden)
    r = sub.add_parser("read-table")
    r.add_argument("warehouse")
    r.add_argument("database")
    r.add_argument("tables", nargs="+", metavar="TABLE")
    r.add_argument("--jar")
    r.set_defaults(do=command_read_table)
    b = sub.add_parser("bench")
    b.add_argument("dir", type=Path)
    b.add_argument("--runs", type=int, default=1)
    b.add_argument("--seeds", type=Path, default=seeds)
    b.add_argument("--paimon", type=Path)
    b.set_defaults(do=command_bench)
    args = p.parse_args()
    args.out = sparkstart.answers()
    return args.do(args)


if __name__ == "__main__":
    sys.exit(main())
