package dev.millrace.bench.torture;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        return parse(body).flatMap(AnswerText::ofBody);
    }

    static Optional<String> ofBody(JsonNode body) {
        return first(body, TEXTS);
    }

    /**
     * Returns the joined text of all events of a stream, or that of a last event with the whole
     * response, which completes a stream with missing parts.
     */
    static String ofEvents(String events) {
        List<JsonNode> all =
                events.lines()
                        .filter(it -> it.startsWith(DATA + "{"))
                        .map(it -> parse(it.substring(DATA.length())))
                        .flatMap(Optional::stream)
                        .toList();
        return all.stream()
                .flatMap(it -> ofBody(it.path("response")).stream())
                .reduce((_, last) -> last)
                .orElseGet(
                        () ->
                                all.stream()
                                        .flatMap(it -> first(it, PIECES).stream())
                                        .collect(Collectors.joining()));
    }

    /** Returns true if a stream ended without an error. */
    static boolean isComplete(String events) {
        return END.matcher(events).find() && !ERROR.matcher(events).find();
    }

    private static Optional<JsonNode> parse(String json) {
        try {
            return Optional.of(JSON.readTree(json));
        } catch (JacksonException e) {
            return Optional.empty();
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
