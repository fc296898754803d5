"""Starts Spark as Laketop's dialect has it, and says what it answers: for the
judge beside this file and for the oracles (engine/session, engine/dialect and
engine/dialect/fn), which put this folder on their path."""

import os
import sys

from pyspark.sql import SparkSession

ZONE = "Asia/Shanghai"

SETTINGS = {
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.codingErrorAction": "true",
    "spark.sql.legacy.javaCharsets": "true",  # charsets as Spark 3.5 has them
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.datetime.java8API.enabled": "true",  # as the spark-sql shell does
    "spark.log.level": "OFF",
}


def start(settings=None, cores=1):
    """A session; settings are laid over SETTINGS."""
    builder = SparkSession.builder.master(f"local[{cores}]").appName("laketop")
    for key, value in {**SETTINGS, **(settings or {})}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def answers():
    """The stream for answers. What else writes to stdout from here on, libraries
    and the JVM that they start, writes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return out


def printed(spark, jframe):
    """The rows of a JVM's frame as the spark-sql shell prints them, a list of texts each."""
    lines = spark._jvm.org.apache.spark.sql.execution.HiveResult.hiveResultString(jframe.queryExecution().executedPlan())
    wide = len(jframe.columns()) > 1
    return [lines.apply(i).split("\t") if wide else [lines.apply(i)] for i in range(lines.size())]


def condition(error):
    """The name of the condition of a refusal."""
    for name in ("getCondition", "getErrorClass"):
        try:
            return getattr(error, name)() or type(error).__name__
        except Exception:  # not Spark's, or of another release
            pass
    return type(error).__name__
