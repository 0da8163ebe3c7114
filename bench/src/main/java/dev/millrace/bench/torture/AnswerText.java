package dev.millrace.bench.torture;

import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the text of chat completions. */
final class AnswerText {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data: ";
    private static final String DONE = DATA + "[DONE]";

    private AnswerText() {}

    /** Returns the text of an answer; empty for another body. */
    static Optional<String> ofBody(String body) {
        return parse(body).flatMap(it -> text(it.at("/choices/0/message/content")));
    }

    /**
     * Returns the text of a line of the results topic; empty without an answer.
     *
     * @param line a batch output line
     */
    static Optional<String> ofResult(byte[] line) {
        JsonNode response = JSON.readTree(line).path("response");
        return text(response.at("/body/choices/0/message/content"));
    }

    /** Returns the joined text of all events of a stream. */
    static String ofEvents(String events) {
        return events.lines()
                .filter(it -> it.startsWith(DATA) && !it.equals(DONE))
                .map(it -> parse(it.substring(DATA.length())))
                .flatMap(Optional::stream)
                .flatMap(it -> text(it.at("/choices/0/delta/content")).stream())
                .collect(Collectors.joining());
    }

    /** Returns true if a stream ended without an error. */
    static boolean isComplete(String events) {
        return events.lines().anyMatch(DONE::equals)
                && events.lines().noneMatch(it -> it.startsWith(DATA + "{\"error\""));
    }

    private static Optional<JsonNode> parse(String json) {
        try {
            return Optional.of(JSON.readTree(json));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode content) {
        return content.isString() ? Optional.of(content.stringValue()) : Optional.empty();
    }
}
