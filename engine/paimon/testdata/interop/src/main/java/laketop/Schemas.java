package laketop;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.schema.SchemaChange;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.types.DataType;
import org.apache.paimon.types.DataTypeJsonParser;
import org.apache.paimon.utils.JsonSerdeUtil;

/** Tables come, change their schema and go. */
final class Schemas {
    private final Lake lake;

    Schemas(Lake lake) {
        this.lake = lake;
    }

    void run(JsonNode op, ObjectNode answer) throws Exception {
        Identifier id = Lake.identifier(op);
        switch (op.get("op").asText()) {
            case "create":
                lake.catalog(op).createDatabase(op.get("db").asText(), true);
                lake.catalog(op).createTable(id, schema(op), false);
                break;
            case "drop":
                lake.catalog(op).dropTable(id, false);
                break;
            case "rename":
                lake.catalog(op).renameTable(id, Identifier.create(op.get("db").asText(), op.get("to").asText()), false);
                break;
            case "alter":
                List<SchemaChange> changes = new ArrayList<>();
                op.get("changes").forEach(c -> changes.add(change(c)));
                lake.catalog(op).alterTable(id, changes, false);
                break;
            default: // describe
                answer.set("schema", Judge.JSON.readTree(JsonSerdeUtil.toFlatJson(lake.store(op).schema())));
        }
    }

    private static Schema schema(JsonNode op) {
        Schema.Builder schema = Schema.newBuilder();
        for (JsonNode f : op.get("fields")) {
            String comment = f.has("description") ? f.get("description").asText() : null;
            String value = f.has("defaultValue") ? f.get("defaultValue").asText() : null;
            schema.column(f.get("name").asText(), type(f.get("type")), comment, value);
        }
        schema.partitionKeys(Lake.list(op.get("partition")));
        schema.primaryKey(Lake.list(op.get("primary")));
        if (op.has("comment")) {
            schema.comment(op.get("comment").asText());
        }
        Lake.strings(op.get("options")).forEach(schema::option);
        return schema.build();
    }

    private static SchemaChange change(JsonNode c) {
        String[] path = c.has("path") ? Lake.list(c.get("path")).toArray(new String[0]) : new String[] {text(c, "name")};
        switch (c.get("change").asText()) {
            case "add":
                return SchemaChange.addColumn(path, type(c.get("type")), text(c, "comment"), move(path[path.length - 1], c));
            case "drop":
                return SchemaChange.dropColumn(path);
            case "rename":
                return SchemaChange.renameColumn(path, text(c, "to"));
            case "type":
                return SchemaChange.updateColumnType(path, type(c.get("type")), Lake.flag(c, "keepNullability", false));
            case "nullable":
                return SchemaChange.updateColumnNullability(path, Boolean.parseBoolean(text(c, "to")));
            case "comment":
                return SchemaChange.updateColumnComment(path, text(c, "to"));
            case "default":
                return SchemaChange.updateColumnDefaultValue(path, text(c, "to"));
            case "move":
                return SchemaChange.updateColumnPosition(move(path[path.length - 1], c));
            case "set":
                return SchemaChange.setOption(text(c, "name"), text(c, "to"));
            case "reset":
                return SchemaChange.removeOption(text(c, "name"));
            case "table comment":
                return SchemaChange.updateComment(text(c, "to"));
            default:
                throw new IllegalArgumentException("unknown change " + c);
        }
    }

    private static SchemaChange.Move move(String column, JsonNode c) {
        if (Lake.flag(c, "first", false)) {
            return SchemaChange.Move.first(column);
        }
        return c.has("after") ? SchemaChange.Move.after(column, text(c, "after")) : null;
    }

    private static DataType type(JsonNode t) {
        return DataTypeJsonParser.parseDataType(t);
    }

    private static String text(JsonNode c, String name) {
        return c.hasNonNull(name) ? c.get(name).asText() : null;
    }
}
