"""The Python judge: runs one operation for each line of JSON on stdin over
pypaimon and answers with one line. The twin of Judge.java; see README.md."""

import base64
import datetime
import decimal
import json
import math
import os
import struct
import sys
import traceback

import pyarrow as pa
import pyarrow.compute as pc
from pypaimon import CatalogFactory, Schema
from pypaimon.schema.data_types import AtomicInteger, DataTypeParser, PyarrowFieldParser

EPOCH = datetime.date(1970, 1, 1)
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def column(array):
    """The values of an Arrow array in the judges' JSON."""
    t = array.type
    if pa.types.is_dictionary(t):
        return column(array.dictionary_decode())
    if pa.types.is_list(t) or pa.types.is_large_list(t):
        return [None if v is None else column(pa.array(v, t.value_type)) for v in listed(array)]
    if pa.types.is_map(t):
        return [None if v is None else pairs(v, t) for v in listed(array)]
    if pa.types.is_struct(t):
        members = [column(pc.struct_field(array, [i])) for i in range(t.num_fields)]
        return [list(row) if ok else None for row, ok in zip(zip(*members), array.is_valid().to_pylist())]
    if pa.types.is_timestamp(t):
        zone = "Z" if t.tz else ""
        return [None if v is None else moment(v * UNITS[t.unit]) + zone for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_time32(t) or pa.types.is_time64(t):
        whole = array.cast(pa.int32() if pa.types.is_time32(t) else pa.int64())
        return [None if v is None else clock(v * UNITS[t.unit]) for v in whole.to_pylist()]
    return [None if v is None else atom(t, v) for v in array.to_pylist()]


def moment(nanos):
    """Nanoseconds since 1970 as ISO text; a datetime would cut them."""
    days, rest = divmod(nanos, 86400 * 10**9)
    return str(EPOCH + datetime.timedelta(days)) + "T" + clock(rest)


def clock(nanos):
    """Nanoseconds of the day as hh:mm:ss and the digits that the fraction has."""
    seconds, fraction = divmod(nanos, 10**9)
    text = "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return text if fraction == 0 else text + (".%09d" % fraction).rstrip("0")


def nanos_of(clock_text):
    hours, minutes, seconds = clock_text.split(":")
    whole, _, fraction = seconds.partition(".")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * 10**9 + int((fraction + "0" * 9)[:9])


def listed(array):
    """The raw Arrow values of each list, None for null."""
    for v in array:
        yield v.values if v.is_valid else None


def pairs(entries, t):
    keys, values = column(entries.field(0)), column(entries.field(1))
    return sorted(([k, v] for k, v in zip(keys, values)), key=lambda p: json.dumps(p[0], ensure_ascii=False))


def atom(t, v):
    if pa.types.is_boolean(t):
        return "true" if v else "false"
    if pa.types.is_float32(t):
        return "7fc00000" if math.isnan(v) else struct.pack(">f", v).hex()
    if pa.types.is_float64(t):
        return "7ff8000000000000" if math.isnan(v) else struct.pack(">d", v).hex()
    if pa.types.is_decimal(t):
        return format(v, "f")
    if isinstance(v, (bytes, bytearray)):
        return base64.b64encode(v).decode()
    return str(v)


def scalar(t, v):
    """A JSON value as what pyarrow builds an array of type t from."""
    if v is None:
        return None
    if pa.types.is_boolean(t):
        return v == "true"
    if pa.types.is_float32(t):
        return struct.unpack(">f", bytes.fromhex(v))[0]
    if pa.types.is_float64(t):
        return struct.unpack(">d", bytes.fromhex(v))[0]
    if pa.types.is_decimal(t):
        return decimal.Decimal(v)
    if pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_fixed_size_binary(t):
        return base64.b64decode(v)
    if pa.types.is_timestamp(t):
        day, rest = v.rstrip("Z").split("T")
        nanos = (datetime.date.fromisoformat(day) - EPOCH).days * 86400 * 10**9 + nanos_of(rest)
        return pa.scalar(nanos // UNITS[t.unit], pa.int64()).cast(t)
    if pa.types.is_time32(t) or pa.types.is_time64(t):
        kind = pa.int32() if pa.types.is_time32(t) else pa.int64()
        return pa.scalar(nanos_of(v) // UNITS[t.unit], kind).cast(t)
    if pa.types.is_date32(t):
        return datetime.date.fromisoformat(v)
    if pa.types.is_integer(t):
        return int(v)
    if pa.types.is_list(t):
        return [scalar(t.value_type, x) for x in v]
    if pa.types.is_map(t):
        return [(scalar(t.key_type, k), scalar(t.item_type, x)) for k, x in v]
    if pa.types.is_struct(t):
        return {t.field(i).name: scalar(t.field(i).type, x) for i, x in enumerate(v)}
    return v


def python(v):
    return v.as_py() if isinstance(v, pa.Scalar) else v


class Judge:
    def __init__(self):
        self.catalogs = {}

    def catalog(self, op):
        w = op["warehouse"]
        if w not in self.catalogs:
            self.catalogs[w] = CatalogFactory.create({"warehouse": w})
        return self.catalogs[w]

    def table(self, op):
        t = self.catalog(op).get_table(op["db"] + "." + op["table"])
        return t.copy(op["options"]) if op.get("options") else t

    def create(self, op):
        self.catalog(op).create_database(op["db"], True)
        ids = AtomicInteger(-1)
        fields = [DataTypeParser.parse_data_field({**f, "id": i}, ids) for i, f in enumerate(op["fields"])]
        schema = Schema(fields=fields, partition_keys=op.get("partition", []), primary_keys=op.get("primary", []), options=op.get("options", {}), comment=op.get("comment"))
        self.catalog(op).create_table(op["db"] + "." + op["table"], schema, False)
        return {}

    def write(self, op):
        t = self.table(op)
        schema = PyarrowFieldParser.from_paimon_schema(t.fields)
        columns = []
        for i, f in enumerate(schema):
            values = [scalar(f.type, row[i]) for row in op["rows"]]
            nested = pa.types.is_nested(f.type)
            columns.append(pa.array(deep(values) if nested else [python(v) if not pa.types.is_timestamp(f.type) else v for v in values], f.type))
        stream = "user" in op
        builder = t.new_stream_write_builder() if stream else t.new_batch_write_builder()
        if "overwrite" in op:
            builder = builder.overwrite(op["overwrite"])
        if stream:
            builder._with_commit_user(op["user"])
        write, commit = builder.new_write(), builder.new_commit()
        write.write_arrow(pa.Table.from_arrays(columns, schema=schema))
        if stream:
            commit.commit(write.prepare_commit(op["identifier"]), op["identifier"])
        else:
            commit.commit(write.prepare_commit())
        write.close()
        commit.close()
        return {}

    def read(self, op):
        t = self.table(op)
        builder = t.new_read_builder()
        if "filter" in op:
            builder = builder.with_filter(self.predicate(t, builder, op["filter"]))
        if "columns" in op:
            builder = builder.with_projection(op["columns"])
        splits = builder.new_scan().plan().splits()
        data = builder.new_read().to_arrow(splits)
        rows = []
        if data is not None and data.num_rows:
            whole = data.combine_chunks()
            rows = [list(r) for r in zip(*(column(whole.column(i).chunk(0)) for i in range(whole.num_columns)))]
        return {"rows": rows, "files": sum(len(s.files) for s in splits)}

    def tag(self, op):
        self.table(op).create_tag(op["name"], op.get("at"))
        return {}

    @staticmethod
    def predicate(t, builder, f):
        schema = PyarrowFieldParser.from_paimon_schema(t.fields)
        kind = schema.field(f["column"]).type
        values = [python(scalar(kind, v)) for v in f["values"]]
        b = builder.new_predicate_builder()
        one = {"=": b.equal, "<": b.less_than, "<=": b.less_or_equal, ">": b.greater_than, ">=": b.greater_or_equal}
        if f["cmp"] in one:
            return one[f["cmp"]](f["column"], values[0])
        if f["cmp"] == "in":
            return b.is_in(f["column"], values)
        return b.is_null(f["column"]) if f["cmp"] == "is null" else b.is_not_null(f["column"])


def deep(v):
    """Arrow scalars inside nested values as Python ones."""
    if isinstance(v, list):
        return [deep(x) for x in v]
    if isinstance(v, tuple):
        return tuple(deep(x) for x in v)
    if isinstance(v, dict):
        return {k: deep(x) for k, x in v.items()}
    return python(v)


def main():
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries and the JVM they start print must not mix with the answers
    sys.stdout = sys.stderr
    judge = Judge()
    for line in sys.stdin:
        try:
            op = json.loads(line)
            answer = {"create": judge.create, "write": judge.write, "read": judge.read, "tag": judge.tag}[op["op"]](op)
        except Exception:  # the answer tells; the next operation may still run
            answer = {"error": traceback.format_exc()}
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
