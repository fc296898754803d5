package laketop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.append.AppendCompactCoordinator;
import org.apache.paimon.append.AppendCompactTask;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.disk.IOManager;
import org.apache.paimon.index.BucketAssigner;
import org.apache.paimon.index.HashBucketAssigner;
import org.apache.paimon.index.SimpleHashBucketAssigner;
import org.apache.paimon.manifest.BucketEntry;
import org.apache.paimon.operation.BaseAppendFileStoreWrite;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.BucketMode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.RowPartitionKeyExtractor;
import org.apache.paimon.table.sink.TableCommitImpl;
import org.apache.paimon.table.sink.TableWriteImpl;
import org.apache.paimon.table.source.snapshot.SnapshotReader;
import org.apache.paimon.types.RowKind;

/** What makes a commit: rows, compaction, partitions that go. */
final class Writes {
    static final String TMP = System.getProperty("java.io.tmpdir");

    private final Lake lake;

    Writes(Lake lake) {
        this.lake = lake;
    }

    void run(JsonNode op, ObjectNode answer) throws Exception {
        switch (op.get("op").asText()) {
            case "write":
                write(op);
                break;
            case "compact":
                compact(op);
                break;
            case "truncate":
                try (BatchTableCommit commit = lake.table(op).newBatchWriteBuilder().newCommit()) {
                    commit.truncateTable();
                }
                break;
            default: // dropPartitions
                List<Map<String, String>> partitions = new ArrayList<>();
                op.get("partitions").forEach(p -> partitions.add(Lake.strings(p)));
                try (BatchTableCommit commit = lake.table(op).newBatchWriteBuilder().newCommit()) {
                    commit.truncatePartitions(partitions);
                }
        }
        lake.snapshot(op, answer);
    }

    /** One commit of rows: a batch job's, or with user and identifier a stream's. */
    private void write(JsonNode op) throws Exception {
        FileStoreTable table = lake.store(op);
        boolean overwrite = op.has("overwrite");
        String user = user(op);
        try (IOManager io = IOManager.create(TMP);
                TableWriteImpl<?> write = table.newWrite(user).withIOManager(io).withIgnorePreviousFiles(overwrite);
                TableCommitImpl commit = table.newCommit(user)) {
            BucketAssigner assigner = table.bucketMode() == BucketMode.HASH_DYNAMIC ? assigner(table, user, overwrite) : null;
            RowPartitionKeyExtractor keys = new RowPartitionKeyExtractor(table.schema());
            for (int i = 0; i < op.get("rows").size(); i++) {
                GenericRow row = Values.readRow(table.rowType(), op.get("rows").get(i));
                if (op.has("kinds")) {
                    row.setRowKind(RowKind.fromShortString(op.get("kinds").get(i).asText()));
                }
                if (op.has("buckets")) {
                    write.write(row, op.get("buckets").get(i).asInt());
                } else if (assigner != null) {
                    write.write(row, assigner.assign(keys.partition(row), keys.trimmedPrimaryKey(row).hashCode()));
                } else {
                    write.write(row);
                }
            }
            long identifier = identifier(op);
            if (assigner != null) {
                assigner.prepareCommit(identifier);
            }
            List<CommitMessage> messages = write.prepareCommit(Lake.flag(op, "wait", true), identifier);
            if (overwrite) {
                commit.withOverwrite(Lake.strings(op.get("overwrite")));
            }
            commit(commit.ignoreEmptyCommit(!op.has("user")), op, messages);
        }
    }

    private static void commit(TableCommitImpl commit, JsonNode op, List<CommitMessage> messages) {
        if (Lake.flag(op, "filter", false)) { // as after a restart: what is committed already is left out
            Map<Long, List<CommitMessage>> all = new HashMap<>();
            all.put(identifier(op), messages);
            commit.filterAndCommit(all);
        } else if (op.has("user")) {
            commit.commit(identifier(op), messages);
        } else {
            commit.commit(messages);
        }
    }

    private static String user(JsonNode op) {
        return op.has("user") ? op.get("user").asText() : UUID.randomUUID().toString();
    }

    private static long identifier(JsonNode op) {
        return op.has("identifier") ? op.get("identifier").asLong() : Long.MAX_VALUE;
    }

    private static BucketAssigner assigner(FileStoreTable table, String user, boolean overwrite) {
        CoreOptions options = table.coreOptions();
        long rows = options.dynamicBucketTargetRowNum();
        int max = options.dynamicBucketMaxBuckets();
        return overwrite
                ? new SimpleHashBucketAssigner(1, 0, rows, max)
                : new HashBucketAssigner(table.snapshotManager(), user, table.store().newIndexFileHandler(), 1, 1, 0, rows, max);
    }

    /** Compacts every bucket that has files, or those of some partitions. */
    private void compact(JsonNode op) throws Exception {
        Map<String, String> writing = new HashMap<>();
        writing.put(CoreOptions.WRITE_ONLY.key(), "false");
        FileStoreTable table = lake.store(op).copy(writing);
        String user = user(op);
        try (TableCommitImpl commit = table.newCommit(user)) {
            List<CommitMessage> messages =
                    table.bucketMode() == BucketMode.BUCKET_UNAWARE ? compactFiles(table, user) : compactBuckets(table, user, op);
            commit(commit.ignoreEmptyCommit(true), op, messages);
        }
    }

    private static List<CommitMessage> compactBuckets(FileStoreTable table, String user, JsonNode op) throws Exception {
        SnapshotReader reader = table.newSnapshotReader();
        if (op.has("partition")) {
            reader.withPartitionFilter(Lake.strings(op.get("partition")));
        }
        try (IOManager io = IOManager.create(TMP);
                TableWriteImpl<?> write = table.newWrite(user).withIOManager(io)) {
            for (BucketEntry b : reader.bucketEntries()) {
                write.compact(b.partition(), b.bucket(), Lake.flag(op, "full", false));
            }
            return write.prepareCommit(true, identifier(op));
        }
    }

    private static List<CommitMessage> compactFiles(FileStoreTable table, String user) throws Exception {
        List<CommitMessage> messages = new ArrayList<>();
        BaseAppendFileStoreWrite write = (BaseAppendFileStoreWrite) table.store().newWrite(user);
        try {
            for (AppendCompactTask task : new AppendCompactCoordinator(table, false).run()) {
                messages.add(task.doCompact(table, write));
            }
        } finally {
            write.close();
        }
        return messages;
    }
}
