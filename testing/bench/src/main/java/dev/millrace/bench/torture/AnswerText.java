package dev.millrace.bench.torture;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the text of answers of all endpoints; of an embedding its first number. */
final class AnswerText {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data: ";
    private static final List<String> TEXTS =
            List.of(
                    "/choices/0/message/content",
                    "/choices/0/text",
                    "/output/0/content/0/text",
                    "/content/0/text",
                    "/data/0/embedding/0");
    private static final List<String> PIECES =
            List.of("/choices/0/delta/content", "/choices/0/text", "/delta/text", "/delta");
    private static final Pattern END =
            Pattern.compile(
                    "(?m)^data: (\\[DONE]|\\{\"type\":\"(message_stop|response\\.(completed|incomplete))\")");
    private static final Pattern ERROR = Pattern.compile("(?m)^data: \\{(\"type\":)?\"error\"");

    private AnswerText() {}

    /** Returns the text of an answer; empty for another body. */
    static Optional<String> ofBody(String body) {
        return ofBody(parse(body));
    }

    static Optional<String> ofBody(JsonNode body) {
        return first(body, TEXTS);
    }

    /**
     * Returns the joined text of all events of a stream, or that of a last event with the whole
     * response, which completes a stream with missing parts.
     */
    static String ofEvents(String events) {
        var text = new StringBuilder();
        for (String line : events.lines().toList()) {
            JsonNode event = parse(line.startsWith(DATA) ? line.substring(DATA.length()) : "");
            Optional<String> whole = ofBody(event.path("response"));
            whole.ifPresent(_ -> text.setLength(0));
            whole.or(() -> first(event, PIECES)).ifPresent(text::append);
        }
        return text.toString();
    }

    /** Returns true if a stream ended without an error. */
    static boolean isComplete(String events) {
        return END.matcher(events).find() && !ERROR.matcher(events).find();
    }

    /** Returns a missing node for anything else than JSON. */
    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    private static Optional<String> first(JsonNode json, List<String> paths) {
        return paths.stream()
                .map(json::at)
                .filter(it -> it.isString() || it.isNumber())
                .map(it -> it.isNumber() ? String.valueOf(it.floatValue()) : it.stringValue())
                .findFirst();
    }
}
