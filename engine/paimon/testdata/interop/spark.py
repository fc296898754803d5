"""The Spark judge: answers statements, one line of JSON after the other; see
README.md. Spark is set up as Laketop's dialect has it; arguments name=value are
settings over that."""

import json
import sys
import traceback

import sparkstart


def types(frame):
    fields = frame.schema.fields
    return {"columns": [f.name for f in fields], "types": [f.dataType.simpleString() for f in fields]}


def run(spark, statement):
    frame = spark.sql(statement)
    return {**types(frame), "rows": sparkstart.printed(spark, frame._jdf)}


def analyze(spark, query):
    return types(spark.sql(query))


def each(ask, spark, statements):
    for s in statements:
        try:
            yield ask(spark, s)
        except Exception as e:  # every refusal of Spark is an answer
            yield {"error": sparkstart.condition(e), "message": str(e)}


def main():
    out = sparkstart.answers()
    spark = sparkstart.start(dict(argument.split("=", 1) for argument in sys.argv[1:]))
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
