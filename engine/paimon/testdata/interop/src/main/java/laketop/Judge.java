package laketop;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.options.Options;
import org.apache.paimon.predicate.Predicate;
import org.apache.paimon.predicate.PredicateBuilder;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.schema.SchemaChange;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.BatchTableWrite;
import org.apache.paimon.table.sink.BatchWriteBuilder;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeJsonParser;
import org.apache.paimon.types.RowType;

/** Runs one operation for each line of JSON on stdin and answers with one line; see README.md. */
public final class Judge {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Map<String, Catalog> catalogs = new HashMap<>();

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what libraries print must not mix with the answers
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Judge judge = new Judge();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                judge.run(JSON.readTree(line), answer);
            } catch (Throwable t) {
                StringWriter trace = new StringWriter();
                t.printStackTrace(new PrintWriter(trace));
                answer.put("error", trace.toString());
            }
            out.println(JSON.writeValueAsString(answer));
        }
    }

    private void run(JsonNode op, ObjectNode answer) throws Exception {
        switch (op.get("op").asText()) {
            case "create":
                create(op);
                break;
            case "alter":
                alter(op);
                break;
            case "write":
                write(op);
                break;
            case "read":
                read(op, answer);
                break;
            case "system":
                system(op, answer);
                break;
            case "tables":
                catalog(op).listTables(op.get("db").asText()).forEach(answer.putArray("rows")::add);
                break;
            default:
                throw new IllegalArgumentException("unknown operation " + op);
        }
    }

    private Catalog catalog(JsonNode op) {
        return catalogs.computeIfAbsent(
                op.get("warehouse").asText(),
                w -> {
                    Options options = new Options();
                    options.set("warehouse", "file:" + w);
                    options.set("cache-enabled", "false"); // each read sees the disk
                    return CatalogFactory.createCatalog(CatalogContext.create(options));
                });
    }

    private static Identifier identifier(JsonNode op) {
        return Identifier.create(op.get("db").asText(), op.get("table").asText());
    }

    private Table table(JsonNode op) throws Exception {
        Table table = catalog(op).getTable(identifier(op));
        Map<String, String> dynamic = strings(op.get("options"));
        return dynamic.isEmpty() ? table : table.copy(dynamic);
    }

    private void create(JsonNode op) throws Exception {
        catalog(op).createDatabase(op.get("db").asText(), true);
        Schema.Builder schema = Schema.newBuilder();
        for (JsonNode f : op.get("fields")) {
            schema.column(f.get("name").asText(), DataTypeJsonParser.parseDataType(f.get("type")));
        }
        if (op.has("partition")) {
            schema.partitionKeys(list(op.get("partition")));
        }
        strings(op.get("options")).forEach(schema::option);
        catalog(op).createTable(identifier(op), schema.build(), false);
    }

    private void alter(JsonNode op) throws Exception {
        List<SchemaChange> changes = new ArrayList<>();
        for (JsonNode c : op.get("changes")) {
            String name = c.get("name").asText();
            switch (c.get("change").asText()) {
                case "add":
                    changes.add(SchemaChange.addColumn(name, DataTypeJsonParser.parseDataType(c.get("type"))));
                    break;
                case "drop":
                    changes.add(SchemaChange.dropColumn(name));
                    break;
                case "rename":
                    changes.add(SchemaChange.renameColumn(name, c.get("to").asText()));
                    break;
                case "type":
                    changes.add(SchemaChange.updateColumnType(name, DataTypeJsonParser.parseDataType(c.get("type"))));
                    break;
                default:
                    throw new IllegalArgumentException("unknown change " + c);
            }
        }
        catalog(op).alterTable(identifier(op), changes, false);
    }

    private void write(JsonNode op) throws Exception {
        Table table = table(op);
        BatchWriteBuilder builder = table.newBatchWriteBuilder();
        if (op.has("overwrite")) {
            builder.withOverwrite(strings(op.get("overwrite")));
        }
        try (BatchTableWrite write = builder.newWrite();
                BatchTableCommit commit = builder.newCommit()) {
            write.withIOManager(org.apache.paimon.disk.IOManager.create(System.getProperty("java.io.tmpdir")));
            for (JsonNode row : op.get("rows")) {
                write.write(Values.readRow(table.rowType(), row));
            }
            commit.commit(write.prepareCommit());
        }
    }

    private void read(JsonNode op, ObjectNode answer) throws Exception {
        Table table = table(op);
        RowType type = table.rowType();
        ReadBuilder builder = table.newReadBuilder();
        if (op.has("filter")) {
            builder.withFilter(predicate(type, op.get("filter")));
        }
        if (op.has("partitionFilter")) {
            builder.withPartitionFilter(strings(op.get("partitionFilter")));
        }
        List<Split> splits = builder.newScan().plan().splits();
        int files = 0;
        for (Split s : splits) {
            files += ((DataSplit) s).dataFiles().size();
        }
        answer.put("files", files);
        answer.set("type", JSON.readTree(org.apache.paimon.utils.JsonSerdeUtil.toFlatJson(type)));
        ArrayNode rows = answer.putArray("rows");
        org.apache.paimon.table.source.TableRead read = builder.newRead();
        if (op.has("filter")) {
            read = read.executeFilter();
        }
        try (RecordReader<InternalRow> reader = read.createReader(splits)) {
            reader.forEachRemaining(row -> rows.add(Values.row(type, row)));
        }
    }

    private void system(JsonNode op, ObjectNode answer) throws Exception {
        Table table = table(op);
        ReadBuilder builder = table.newReadBuilder();
        ArrayNode rows = answer.putArray("rows");
        ArrayNode names = answer.putArray("columns");
        table.rowType().getFieldNames().forEach(names::add);
        try (RecordReader<InternalRow> reader = builder.newRead().createReader(builder.newScan().plan())) {
            reader.forEachRemaining(row -> rows.add(Values.row(table.rowType(), row)));
        }
    }

    private static Predicate predicate(RowType type, JsonNode f) {
        PredicateBuilder b = new PredicateBuilder(type);
        int i = type.getFieldIndex(f.get("column").asText());
        DataType t = type.getTypeAt(i);
        List<Object> values = new ArrayList<>();
        for (JsonNode v : f.get("values")) {
            values.add(Values.read(t, v));
        }
        switch (f.get("cmp").asText()) {
            case "=":
                return b.equal(i, values.get(0));
            case "<":
                return b.lessThan(i, values.get(0));
            case "<=":
                return b.lessOrEqual(i, values.get(0));
            case ">":
                return b.greaterThan(i, values.get(0));
            case ">=":
                return b.greaterOrEqual(i, values.get(0));
            case "in":
                return b.in(i, values);
            case "is null":
                return b.isNull(i);
            case "is not null":
                return b.isNotNull(i);
            default:
                throw new IllegalArgumentException("unknown comparison " + f);
        }
    }

    private static List<String> list(JsonNode a) {
        List<String> out = new ArrayList<>();
        a.forEach(x -> out.add(x.asText()));
        return out;
    }

    private static Map<String, String> strings(JsonNode o) {
        Map<String, String> out = new LinkedHashMap<>();
        if (o != null) {
            for (Iterator<String> names = o.fieldNames(); names.hasNext(); ) {
                String n = names.next();
                out.put(n, o.get(n).isNull() ? null : o.get(n).asText());
            }
        }
        return out;
    }
}
