package laketop;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The Java judge: runs one operation for each line of JSON on stdin over real Paimon and answers
 * with one line. A failed operation answers {"error": "..."} and the judge goes on. README.md has
 * the operations.
 */
public final class Judge {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Lake lake = new Lake();
    private final Schemas schemas = new Schemas(lake);
    private final Refs refs = new Refs(lake);
    private final Writes writes = new Writes(lake);
    private final Reads reads = new Reads(lake);
    private final Timings timings = new Timings(lake);

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err); // what libraries print must not mix with the answers
        Judge judge = new Judge();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(judge.answer(line)));
        }
    }

    private ObjectNode answer(String line) {
        ObjectNode answer = JSON.createObjectNode();
        try {
            run(JSON.readTree(line), answer);
        } catch (Throwable e) { // the answer tells; the next operation may still run
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            answer.put("error", trace.toString());
        }
        return answer;
    }

    private void run(JsonNode op, ObjectNode answer) throws Exception {
        switch (op.get("op").asText()) {
            case "all":
                all(op, answer);
                break;
            case "create":
            case "drop":
            case "rename":
            case "alter":
            case "describe":
                schemas.run(op, answer);
                break;
            case "tag":
            case "deleteTag":
            case "tags":
            case "branch":
            case "deleteBranch":
            case "branches":
            case "fastForward":
            case "rollback":
            case "expire":
                refs.run(op, answer);
                break;
            case "write":
            case "compact":
            case "truncate":
            case "dropPartitions":
                writes.run(op, answer);
                break;
            case "read":
            case "changes":
            case "files":
                reads.run(op, answer);
                break;
            case "timeRead":
            case "timeWrite":
                timings.run(op, answer);
                break;
            default:
                throw new IllegalArgumentException("unknown operation " + op.get("op"));
        }
    }

    /** Runs a list up to the first failure; what the list's head does not say is taken from op. */
    private void all(JsonNode op, ObjectNode answer) throws Exception {
        ArrayNode answers = answer.putArray("answers");
        for (JsonNode one : op.get("ops")) {
            ObjectNode whole = ((ObjectNode) op).deepCopy();
            whole.remove("ops");
            whole.setAll((ObjectNode) one);
            run(whole, answers.addObject());
        }
    }
}
