package laketop;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.disk.IOManager;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.schema.TableSchema;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.TableCommitImpl;
import org.apache.paimon.table.sink.TableWriteImpl;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeRoot;
import org.apache.paimon.types.DecimalType;
import org.apache.paimon.types.RowType;
import org.apache.paimon.types.TimestampType;

/**
 * Reads and writes that take their own time inside the JVM, over as many threads as it has
 * processors unless the operation says how many: one after the other as the API reads splits and
 * writes rows by itself. What a run needs beforehand (rows in memory, an empty table) is not counted.
 */
final class Timings {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final int MOST = 12; // runs until they are even
    private static final int EVEN_PERCENT = 5;

    private final Lake lake;
    private Rows rows; // of the last write: they are large
    private String rowsOf;

    Timings(Lake lake) {
        this.lake = lake;
    }

    void run(JsonNode op, ObjectNode answer) throws Exception {
        boolean read = op.get("op").asText().equals("timeRead");
        ExecutorService pool = Executors.newFixedThreadPool(op.path("threads").asInt(THREADS));
        try {
            repeat(op, answer, () -> read ? read(op, pool, answer) : write(op, pool, answer));
        } finally {
            pool.shutdown();
        }
    }

    /** One run, or when it has to warm up, runs until one takes what the one before took. */
    private static void repeat(JsonNode op, ObjectNode answer, Callable<Clock> once) throws Exception {
        ArrayNode nanos = answer.putArray("nanos");
        ArrayNode cpu = answer.putArray("cpuNanos");
        long before = 0;
        for (int i = 0; i < (Lake.flag(op, "warm", false) ? MOST : 1); i++) {
            Clock took = once.call();
            nanos.add(took.nanos);
            cpu.add(took.cpu);
            if (i > 1 && Math.abs(took.nanos - before) * 100 <= before * EVEN_PERCENT) {
                return;
            }
            before = took.nanos;
        }
    }

    /** A span by the wall and by the processors, the collector's share with it. */
    private static final class Clock {
        private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        long nanos = System.nanoTime();
        long cpu = PROCESS.getProcessCpuTime();

        Clock stop() {
            nanos = System.nanoTime() - nanos;
            cpu = PROCESS.getProcessCpuTime() - cpu;
            return this;
        }
    }

    /** Plans, and touches every wanted column of every row; splits are shared out among the threads. */
    private Clock read(JsonNode op, ExecutorService pool, ObjectNode answer) throws Exception {
        Clock clock = new Clock();
        Table table = lake.table(op);
        ReadBuilder builder = Reads.builder(table, op);
        List<Callable<Touched>> work = new ArrayList<>();
        for (Split split : builder.newScan().plan().splits()) {
            work.add(() -> touch(builder, split));
        }
        Touched all = new Touched(builder.readType());
        for (Future<Touched> part : pool.invokeAll(work)) {
            all.add(part.get());
        }
        clock.stop();
        answer.put("count", all.rows).put("sum", all.longs).put("splits", work.size());
        return clock;
    }

    private static Touched touch(ReadBuilder builder, Split split) throws Exception {
        Touched out = new Touched(builder.readType());
        try (IOManager io = IOManager.create(Writes.TMP);
                RecordReader<InternalRow> reader = builder.newRead().withIOManager(io).createReader(split)) {
            reader.forEachRemaining(out::row);
        }
        return out;
    }

    /** Writes the rows of table "from", which stand in memory, to a table that is empty, and commits them. */
    private Clock write(JsonNode op, ExecutorService pool, ObjectNode answer) throws Exception {
        FileStoreTable table = emptied(op);
        Rows source = rows(op, table);
        Clock clock = new Clock();
        String user = UUID.randomUUID().toString();
        List<Callable<List<CommitMessage>>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            work.add(() -> written(table, user, source, thread));
        }
        List<CommitMessage> messages = new ArrayList<>();
        for (Future<List<CommitMessage>> part : pool.invokeAll(work)) {
            messages.addAll(part.get());
        }
        try (TableCommitImpl commit = table.newCommit(user)) {
            commit.commit(messages);
        }
        clock.stop();
        answer.put("count", source.size());
        return clock;
    }

    private static List<CommitMessage> written(FileStoreTable table, String user, Rows source, int thread) throws Exception {
        try (IOManager io = IOManager.create(Writes.TMP);
                TableWriteImpl<?> write = table.newWrite(user).withIOManager(io)) {
            source.each(thread, write::write);
            return write.prepareCommit(true, Long.MAX_VALUE);
        }
    }

    private FileStoreTable emptied(JsonNode op) throws Exception {
        Identifier id = Lake.identifier(op);
        FileStoreTable table = (FileStoreTable) lake.catalog(op).getTable(id);
        lake.catalog(op).dropTable(id, false);
        Map<String, String> options = new HashMap<>(table.options());
        options.remove(CoreOptions.PATH.key()); // a catalog says that itself
        TableSchema s = table.schema();
        Schema again = new Schema(s.fields(), s.partitionKeys(), s.primaryKeys(), options, s.comment());
        lake.catalog(op).createTable(id, again, false);
        return lake.store(op);
    }

    private Rows rows(JsonNode op, FileStoreTable target) throws Exception {
        String of = op.get("warehouse").asText() + " " + op.get("from").asText() + " " + Lake.identifier(op);
        if (!of.equals(rowsOf)) {
            rows = null; // before the next: both may not fit
            ObjectNode from = ((ObjectNode) op).deepCopy().put("table", op.get("from").asText());
            from.remove("options");
            rows = Rows.of(lake.table(from), target, THREADS);
            rowsOf = of;
        }
        return rows;
    }

    /** What was seen of rows: how many, and the sum of the BIGINT columns as a proof of it. */
    private static final class Touched {
        private final DataType[] types;
        private final DataTypeRoot[] roots;
        long rows;
        long longs;
        long others;

        Touched(RowType type) {
            types = type.getFieldTypes().toArray(new DataType[0]);
            roots = type.getFieldTypes().stream().map(DataType::getTypeRoot).toArray(DataTypeRoot[]::new);
        }

        void add(Touched part) {
            rows += part.rows;
            longs += part.longs;
            others += part.others;
        }

        void row(InternalRow row) {
            rows++;
            for (int i = 0; i < roots.length; i++) {
                if (!row.isNullAt(i)) {
                    column(row, i);
                }
            }
        }

        private void column(InternalRow row, int i) {
            switch (roots[i]) {
                case BIGINT:
                    longs += row.getLong(i);
                    break;
                case INTEGER:
                case DATE:
                    others += row.getInt(i);
                    break;
                case BOOLEAN:
                    others += row.getBoolean(i) ? 1 : 0;
                    break;
                case DOUBLE:
                    others += (long) row.getDouble(i);
                    break;
                case VARCHAR:
                    others += row.getString(i).getSizeInBytes();
                    break;
                case DECIMAL:
                    DecimalType d = (DecimalType) types[i];
                    others += row.getDecimal(i, d.getPrecision(), d.getScale()).toUnscaledLong();
                    break;
                case TIMESTAMP_WITHOUT_TIME_ZONE:
                    others += row.getTimestamp(i, ((TimestampType) types[i]).getPrecision()).getMillisecond();
                    break;
                default:
                    throw new IllegalArgumentException("no timings of type " + types[i]);
            }
        }
    }
}
