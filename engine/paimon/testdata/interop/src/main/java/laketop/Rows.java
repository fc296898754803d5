package laketop;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.data.serializer.InternalRowSerializer;
import org.apache.paimon.memory.MemorySegment;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.sink.RowKeyExtractor;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;

/**
 * Rows of a table in memory, as Paimon's own binary rows, shared out by the bucket that each has in
 * another table: a bucket belongs to one writer. Pages of bytes hold them, so the garbage collector
 * has nothing to follow.
 */
final class Rows {
    /** Takes a row, which is good until the next one. */
    interface Sink {
        void row(InternalRow row) throws Exception;
    }

    private static final int PAGE = 1 << 22;
    private static final int HEAD = 8;

    private final int fields;
    private final List<List<MemorySegment>> pages = new ArrayList<>(); // of each thread; a row is its length and its bytes, which are multiples of 8
    private final int[] used; // of each thread's last page
    private final List<List<Integer>> ends = new ArrayList<>(); // of each thread's pages
    private long size;

    private Rows(int fields, int threads) {
        this.fields = fields;
        used = new int[threads];
        for (int i = 0; i < threads; i++) {
            used[i] = PAGE;
            pages.add(new ArrayList<>());
            ends.add(new ArrayList<>());
        }
    }

    /** Reads a table; target says which thread has which bucket. */
    static Rows of(Table from, FileStoreTable target, int threads) throws Exception {
        Rows out = new Rows(from.rowType().getFieldCount(), threads);
        InternalRowSerializer serializer = new InternalRowSerializer(from.rowType());
        RowKeyExtractor buckets = target.createRowKeyExtractor();
        ReadBuilder builder = from.newReadBuilder();
        for (Split split : builder.newScan().plan().splits()) {
            try (RecordReader<InternalRow> reader = builder.newRead().createReader(split)) {
                reader.forEachRemaining(
                        row -> {
                            buckets.setRecord(row);
                            out.add(buckets.bucket() % threads, serializer.toBinaryRow(row));
                        });
            }
        }
        return out;
    }

    long size() {
        return size;
    }

    private void add(int thread, BinaryRow row) {
        int length = row.getSizeInBytes();
        if (used[thread] + HEAD + length > PAGE) {
            pages.get(thread).add(MemorySegment.wrap(new byte[PAGE]));
            ends.get(thread).add(0);
            used[thread] = 0;
        }
        List<MemorySegment> own = pages.get(thread);
        MemorySegment page = own.get(own.size() - 1);
        page.putInt(used[thread], length);
        row.getSegments()[0].copyTo(row.getOffset(), page, used[thread] + HEAD, length);
        used[thread] += HEAD + length;
        ends.get(thread).set(own.size() - 1, used[thread]);
        size++;
    }

    /** Hands out the rows of a thread in the order read. */
    void each(int thread, Sink sink) throws Exception {
        BinaryRow row = new BinaryRow(fields);
        for (int p = 0; p < pages.get(thread).size(); p++) {
            MemorySegment page = pages.get(thread).get(p);
            int end = ends.get(thread).get(p);
            for (int at = 0; at < end; ) {
                int length = page.getInt(at);
                row.pointTo(page, at + HEAD, length);
                sink.row(row);
                at += HEAD + length;
            }
        }
    }
}
