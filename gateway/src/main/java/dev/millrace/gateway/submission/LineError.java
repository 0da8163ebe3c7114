package dev.millrace.gateway.submission;

import dev.millrace.contracts.json.JsonFields;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reason why a file cannot become a batch.
 *
 * @param line line number from 1; empty for an error of the whole file
 * @param code code of the Batch API, such as {@code duplicate_custom_id}
 * @param param the invalid key of the line; empty for an error of the whole line
 */
public record LineError(Optional<Long> line, String code, String message, Optional<String> param) {

    /** Returns an error of the file as a whole. */
    public static LineError file(String code, String message) {
        return new LineError(Optional.empty(), code, message, Optional.empty());
    }

    /** Writes the error as the Batch API does. */
    public ObjectNode toJson() {
        ObjectNode json = JsonFields.object();
        json.put("code", code);
        json.put("message", message);
        json.put("param", param.orElse(null));
        json.put("line", line.orElse(null));
        return json;
    }

    static LineError read(JsonNode json) {
        JsonNode line = json.path("line");
        JsonNode param = json.path("param");
        return new LineError(
                line.isIntegralNumber() ? Optional.of(line.longValue()) : Optional.empty(),
                json.path("code").asString(""),
                json.path("message").asString(""),
                param.isString() ? Optional.of(param.stringValue()) : Optional.empty());
    }
}
