package laketop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.deletionvectors.DeletionVector;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.predicate.Predicate;
import org.apache.paimon.predicate.PredicateBuilder;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.DataTable;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.DeletionFile;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.table.source.StreamTableScan;
import org.apache.paimon.table.source.TableRead;
import org.apache.paimon.table.source.snapshot.SnapshotReader;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.utils.JsonSerdeUtil;
import org.apache.paimon.utils.ProjectedRow;

/** Rows of a table or system table, a stream's changes, and the files behind them. */
final class Reads {
    private final Lake lake;

    Reads(Lake lake) {
        this.lake = lake;
    }

    void run(JsonNode op, ObjectNode answer) throws Exception {
        switch (op.get("op").asText()) {
            case "read":
                read(op, answer);
                break;
            case "changes":
                changes(op, answer);
                break;
            default: // files
                files(op, answer);
        }
    }

    private void read(JsonNode op, ObjectNode answer) throws Exception {
        Table table = lake.table(op);
        ReadBuilder builder = builder(table, op);
        List<Split> splits = builder.newScan().plan().splits();
        int files = 0;
        for (Split s : splits) {
            files += s instanceof DataSplit ? ((DataSplit) s).dataFiles().size() : 0;
        }
        answer.put("files", files);
        TableRead read = builder.newRead();
        rows(builder.readType(), op, op.has("filter") ? read.executeFilter() : read, splits, answer);
    }

    /** What a streaming reader meets from snapshot "from" up to the latest, in order. */
    private void changes(JsonNode op, ObjectNode answer) throws Exception {
        DataTable table = (DataTable) lake.table(op);
        ReadBuilder builder = builder(table, op);
        StreamTableScan scan = builder.newStreamScan();
        if (op.has("from")) {
            scan.restore(op.get("from").asLong());
        }
        long last = op.has("to") ? op.get("to").asLong() : table.latestSnapshot().map(s -> s.id()).orElse(0L);
        List<Split> splits = new ArrayList<>();
        for (Long next = scan.checkpoint(); next == null || next <= last; next = scan.checkpoint()) {
            splits.addAll(scan.plan().splits());
            if (scan.checkpoint() == null || scan.checkpoint().equals(next)) {
                break; // nothing more will come
            }
        }
        rows(builder.readType(), op, op.has("filter") ? builder.newRead().executeFilter() : builder.newRead(), splits, answer);
    }

    static ReadBuilder builder(Table table, JsonNode op) {
        RowType type = table.rowType();
        ReadBuilder builder = table.newReadBuilder();
        if (op.has("filter")) {
            builder.withFilter(predicate(type, op.get("filter")));
        }
        if (op.has("partitionFilter")) {
            builder.withPartitionFilter(Lake.strings(op.get("partitionFilter")));
        }
        if (op.has("columns") && !op.has("filter")) { // a reader that filters needs the columns of the filter
            builder.withProjection(Lake.list(op.get("columns")).stream().mapToInt(type::getFieldIndex).toArray());
        }
        if (op.has("limit")) {
            builder.withLimit(op.get("limit").asInt());
        }
        return builder;
    }

    private static void rows(RowType type, JsonNode op, TableRead read, List<Split> splits, ObjectNode answer)
            throws Exception {
        RowType wanted = op.has("columns") ? type.project(Lake.list(op.get("columns"))) : type;
        int[] from = type.getFieldIndices(wanted.getFieldNames());
        ArrayNode columns = answer.putArray("columns");
        wanted.getFieldNames().forEach(columns::add);
        answer.set("types", Judge.JSON.readTree(JsonSerdeUtil.toFlatJson(wanted)).get("fields"));
        ArrayNode rows = answer.putArray("rows");
        ArrayNode kinds = answer.putArray("kinds");
        for (Split split : splits) { // one after the other: the order of a stream is kept
            try (RecordReader<InternalRow> reader = read.createReader(split)) {
                reader.forEachRemaining(
                        row -> {
                            rows.add(Values.row(wanted, ProjectedRow.from(from).replaceRow(row)));
                            kinds.add(row.getRowKind().shortString());
                        });
            }
        }
    }

    private void files(JsonNode op, ObjectNode answer) throws Exception {
        FileStoreTable table = lake.store(op);
        SnapshotReader reader = table.newSnapshotReader().keepStats();
        if (op.has("at")) {
            reader.withSnapshot(op.get("at").asLong());
        }
        ArrayNode out = answer.putArray("liveFiles");
        RowType key = table.schema().logicalTrimmedPrimaryKeysType();
        RowType partition = table.schema().logicalPartitionType();
        for (Split s : reader.read().splits()) {
            DataSplit split = (DataSplit) s;
            for (int i = 0; i < split.dataFiles().size(); i++) {
                DataFileMeta f = split.dataFiles().get(i);
                ObjectNode file = out.addObject();
                file.set("partition", Values.row(partition, split.partition()));
                file.put("bucket", split.bucket()).put("name", f.fileName()).put("level", f.level());
                file.put("rows", f.rowCount()).put("size", f.fileSize()).put("schema", f.schemaId());
                file.put("minSequence", f.minSequenceNumber()).put("maxSequence", f.maxSequenceNumber());
                file.put("deletes", f.deleteRowCount().orElse(null));
                file.put("source", f.fileSource().map(Enum::name).orElse(null));
                file.set("extra", Judge.JSON.valueToTree(f.extraFiles()));
                file.set("minKey", key(key, f.minKey()));
                file.set("maxKey", key(key, f.maxKey()));
                deleted(table, split, i, file.putArray("deleted"));
            }
        }
    }

    private static JsonNode key(RowType type, BinaryRow key) {
        return key.getFieldCount() == 0 ? Judge.JSON.nullNode() : Values.row(type, key);
    }

    /** The positions that the deletion vector of a file holds. */
    private static void deleted(FileStoreTable table, DataSplit split, int file, ArrayNode out) throws Exception {
        Optional<List<DeletionFile>> vectors = split.deletionFiles();
        if (!vectors.isPresent() || vectors.get().get(file) == null) {
            return;
        }
        DeletionVector vector = DeletionVector.read(table.fileIO(), vectors.get().get(file));
        for (long i = 0; i < split.dataFiles().get(file).rowCount(); i++) {
            if (vector.isDeleted(i)) {
                out.add(i);
            }
        }
    }

    /** {"and": [...]}, {"or": [...]} or {"column", "cmp", "values"}. */
    private static Predicate predicate(RowType type, JsonNode f) {
        for (String both : new String[] {"and", "or"}) {
            if (f.has(both)) {
                List<Predicate> parts = new ArrayList<>();
                for (Iterator<JsonNode> i = f.get(both).elements(); i.hasNext(); ) {
                    parts.add(predicate(type, i.next()));
                }
                return both.equals("and") ? PredicateBuilder.and(parts) : PredicateBuilder.or(parts);
            }
        }
        PredicateBuilder b = new PredicateBuilder(type);
        int i = type.getFieldIndex(f.get("column").asText());
        DataType t = type.getTypeAt(i);
        List<Object> values = new ArrayList<>();
        if (f.has("values")) {
            f.get("values").forEach(v -> values.add(Values.read(t, v)));
        }
        switch (f.get("cmp").asText()) {
            case "=":
                return b.equal(i, values.get(0));
            case "<>":
                return b.notEqual(i, values.get(0));
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
            case "not in":
                return b.notIn(i, values);
            case "starts with":
                return b.startsWith(i, values.get(0));
            case "is null":
                return b.isNull(i);
            case "is not null":
                return b.isNotNull(i);
            default:
                throw new IllegalArgumentException("unknown comparison " + f);
        }
    }
}
