package laketop;

import java.time.Duration;
import org.apache.paimon.options.ExpireConfig;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.FileStoreTable;

/** Tags, branches and which snapshots are kept. */
final class Refs {
    private final Lake lake;

    Refs(Lake lake) {
        this.lake = lake;
    }

    void run(JsonNode op, ObjectNode answer) throws Exception {
        FileStoreTable table = lake.store(op);
        String name = op.has("name") ? op.get("name").asText() : null;
        switch (op.get("op").asText()) {
            case "tag":
                if (op.has("at")) {
                    table.createTag(name, op.get("at").asLong());
                } else {
                    table.createTag(name);
                }
                break;
            case "deleteTag":
                table.deleteTag(name);
                break;
            case "tags":
                names(answer, table.tagManager().allTagNames());
                break;
            case "branch":
                if (op.has("from")) {
                    table.createBranch(name, op.get("from").asText());
                } else {
                    table.createBranch(name);
                }
                break;
            case "deleteBranch":
                table.deleteBranch(name);
                break;
            case "branches":
                names(answer, table.branchManager().branches());
                break;
            case "fastForward":
                table.fastForward(name);
                break;
            case "rollback":
                if (name != null) {
                    table.rollbackTo(name);
                } else {
                    table.rollbackTo(op.get("at").asLong());
                }
                break;
            default: // expire
                answer.put("count", expire(table, op));
        }
        lake.snapshot(op, answer);
    }

    /** Expires at once what the table's options, or the operation's members, do not retain. */
    private static int expire(FileStoreTable table, JsonNode op) {
        ExpireConfig.Builder config = ExpireConfig.builder();
        config.snapshotRetainMax(table.coreOptions().snapshotNumRetainMax());
        config.snapshotRetainMin(table.coreOptions().snapshotNumRetainMin());
        config.snapshotTimeRetain(table.coreOptions().snapshotTimeRetain());
        if (op.has("retainMax")) {
            config.snapshotRetainMax(op.get("retainMax").asInt());
        }
        if (op.has("retainMin")) {
            config.snapshotRetainMin(op.get("retainMin").asInt());
        }
        if (op.has("retainMillis")) {
            config.snapshotTimeRetain(Duration.ofMillis(op.get("retainMillis").asLong()));
        }
        return table.newExpireSnapshots().config(config.build()).expire();
    }

    private static void names(ObjectNode answer, Iterable<String> names) {
        ArrayNode out = answer.putArray("names");
        names.forEach(out::add);
    }
}
