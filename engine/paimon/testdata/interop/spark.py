"""The Spark judge: answers statements, one line of JSON after the other; see
README.md. Spark is set up as Laketop's dialect has it; arguments name=value are
settings over that."""

import json
import sys
import traceback

from pyspark.sql import SparkSession


def session():
    builder = SparkSession.builder.master("local[1]").appName("laketop-judge")
    for key, value in {
        "spark.driver.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.legacy.codingErrorAction": "true",
        "spark.sql.legacy.javaCharsets": "true",  # charsets as Spark 3.5 has them
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.datetime.java8API.enabled": "true",  # as the spark-sql shell does
        "spark.log.level": "OFF",
        **dict(argument.split("=", 1) for argument in sys.argv[1:]),
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def types(frame):
    fields = frame.schema.fields
    return {"columns": [f.name for f in fields], "types": [f.dataType.simpleString() for f in fields]}


def run(spark, statement):
    frame = spark.sql(statement)
    hive = spark._jvm.org.apache.spark.sql.execution.HiveResult
    lines = hive.hiveResultString(frame._jdf.queryExecution().executedPlan())
    rows = [lines.apply(i).split("\t") for i in range(lines.size())]
    return {**types(frame), "rows": rows}


def analyze(spark, query):
    return types(spark.sql(query))


def refusal(error):
    for name in ("getCondition", "getErrorClass"):
        try:
            return {"error": getattr(error, name)() or type(error).__name__, "message": str(error)}
        except Exception:
            pass
    return {"error": type(error).__name__, "message": str(error)}


def each(ask, spark, statements):
    for s in statements:
        try:
            yield ask(spark, s)
        except Exception as e:  # every refusal of Spark is an answer
            yield refusal(e)


def main():
    out, sys.stdout = sys.stdout, sys.stderr  # what libraries print must not mix with the answers
    spark = session()
    spark.sparkContext.setLogLevel("OFF")
    for line in sys.stdin:
        try:
            op = json.loads(line)
            answer = {"answers": list(each({"run": run, "analyze": analyze}[op["op"]], spark, op["statements"]))}
        except Exception:
            answer = {"error": traceback.format_exc()}
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
