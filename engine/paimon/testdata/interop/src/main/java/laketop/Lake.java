package laketop;

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
import org.apache.paimon.options.Options;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;

/** The warehouses that operations name, and the members that every operation has. */
final class Lake {
    private final Map<String, Catalog> catalogs = new HashMap<>();

    Catalog catalog(JsonNode op) {
        return catalogs.computeIfAbsent(
                op.get("warehouse").asText(),
                w -> {
                    Options options = new Options();
                    options.set("warehouse", "file:" + w);
                    options.set("cache-enabled", "false"); // each read sees the disk
                    return CatalogFactory.createCatalog(CatalogContext.create(options));
                });
    }

    static Identifier identifier(JsonNode op) {
        return Identifier.create(op.get("db").asText(), op.get("table").asText());
    }

    Table table(JsonNode op) throws Exception {
        Table table = catalog(op).getTable(identifier(op));
        Map<String, String> dynamic = strings(op.get("options"));
        return dynamic.isEmpty() ? table : table.copy(dynamic);
    }

    FileStoreTable store(JsonNode op) throws Exception {
        return (FileStoreTable) table(op);
    }

    /** Says which snapshot is the table's latest; 0 is none. */
    void snapshot(JsonNode op, ObjectNode answer) throws Exception {
        answer.put("snapshot", catalog(op).getTable(identifier(op)).latestSnapshot().map(s -> s.id()).orElse(0L));
    }

    static boolean flag(JsonNode op, String name, boolean otherwise) {
        return op.has(name) ? op.get(name).asBoolean() : otherwise;
    }

    static List<String> list(JsonNode a) {
        List<String> out = new ArrayList<>();
        if (a != null) {
            a.forEach(x -> out.add(x.asText()));
        }
        return out;
    }

    static Map<String, String> strings(JsonNode o) {
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
