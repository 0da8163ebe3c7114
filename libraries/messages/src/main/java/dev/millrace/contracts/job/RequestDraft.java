package dev.millrace.contracts.job;

import dev.millrace.contracts.json.JsonBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Collects the parts of a request line while its fields are read. Used once, by one thread. */
final class RequestDraft {
    private static final int MAX_CUSTOM_ID_CHARS = 512;
    private static final String NO_CUSTOM_ID = "has no custom_id";

    private final byte[] record;
    private final int offset;
    private final LineProblems problems = new LineProblems();
    private final Set<String> seen = new HashSet<>();
    private final Envelope envelope = new Envelope();

    private @Nullable String customId;
    private @Nullable String customIdProblem = NO_CUSTOM_ID;
    private @Nullable Endpoint endpoint;
    private @Nullable BodyDraft body;
    private JobOptions options = JobOptions.NONE;

    /**
     * @param offset where the JSON starts in the record; the parser's positions are relative to it
     */
    RequestDraft(byte[] record, int offset) {
        this.record = record;
        this.offset = offset;
    }

    /**
     * Reads one field of the line. The parser must be at the field's name and is left at the end of
     * its value.
     */
    void readField(JsonParser json) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
            case "custom_id" -> readCustomId(json, value);
            case "method" -> readMethod(json, value);
            case "url" -> readUrl(json, value);
            case "body" -> readBody(json, value);
            case "millrace" -> readOptions(json, value);
            default -> skip(name, json, value);
        }
    }

    private void skip(String name, JsonParser json, JsonToken value) {
        if (customId == null) {
            envelope.skip(name, json, value);
        } else {
            json.skipChildren();
        }
    }

    private void readCustomId(JsonParser json, JsonToken value) {
        if (!seen.add("custom_id")) {
            customIdProblem = "has custom_id twice";
            json.skipChildren();
        } else if (value == JsonToken.VALUE_NULL) {
            customIdProblem = NO_CUSTOM_ID;
        } else if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) {
            customIdProblem = "has a custom_id that is " + JsonBytes.describe(value);
            json.skipChildren();
        } else {
            // A whole number has only one notation, so its text is the intended id.
            customId = json.getString();
            customIdProblem = Names.problem(customId, MAX_CUSTOM_ID_CHARS, "has a custom_id that ");
        }
    }

    private void readMethod(JsonParser json, JsonToken value) {
        rejectDuplicate("method");
        boolean isPost =
                value == JsonToken.VALUE_STRING && json.getString().equalsIgnoreCase("POST");
        if (!isPost && value != JsonToken.VALUE_NULL) {
            problem("method", "must be \"POST\"");
        }
        json.skipChildren();
    }

    private void readUrl(JsonParser json, JsonToken value) {
        rejectDuplicate("url");
        if (value == JsonToken.VALUE_NULL) {
            problem("url", BodyDraft.MISSING);
            return;
        }
        String url = value == JsonToken.VALUE_STRING ? json.getString() : "";
        endpoint = Endpoints.known().ofRequest(url).orElse(null);
        if (endpoint == null) {
            problem("url", Endpoints.known().problemOf(url));
        }
        json.skipChildren();
    }

    private void readBody(JsonParser json, JsonToken value) {
        rejectDuplicate("body");
        if (value == JsonToken.VALUE_NULL) {
            problem("body", BodyDraft.MISSING);
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            problem("body", "must be an object, was " + JsonBytes.describe(value));
            json.skipChildren();
            return;
        }
        int start = tokenStart(json);
        var draft = new BodyDraft(offset);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            draft.readField(json, problems);
        }
        draft.end(new Span(start, offset + (int) json.currentLocation().getByteOffset()), problems);
        body = draft;
    }

    private void readOptions(JsonParser json, JsonToken value) {
        rejectDuplicate("millrace");
        if (value == JsonToken.START_OBJECT) {
            options = OptionsReader.read(json, record, offset, problems);
        } else if (value != JsonToken.VALUE_NULL) {
            problem("millrace", "must be an object, was " + JsonBytes.describe(value));
            json.skipChildren();
        }
    }

    private int tokenStart(JsonParser json) {
        return offset + (int) json.currentTokenLocation().getByteOffset();
    }

    private void rejectDuplicate(String field) {
        if (!seen.add(field)) {
            problem(field, "appears twice");
        }
    }

    private void problem(String key, String expected) {
        problems.add(key, expected);
    }

    ParseResult finish() {
        if (customId == null || customIdProblem != null) {
            String problem = String.valueOf(customIdProblem);
            return new ParseResult.Malformed(
                    problem.equals(NO_CUSTOM_ID)
                            ? envelope.problem().orElse(NO_CUSTOM_ID)
                            : problem);
        }
        for (String required : List.of("url", "body")) {
            if (!seen.contains(required)) {
                problem(required, BodyDraft.MISSING);
            }
        }
        BodyDraft parsedBody = body;
        if (endpoint != null) {
            checkOptions(endpoint, parsedBody);
        }
        if (parsedBody == null || endpoint == null || !problems.isEmpty()) {
            return new ParseResult.Unacceptable(customId, options, problems.list());
        }
        return new ParseResult.Accepted(parsedBody.toLine(record, customId, endpoint, options));
    }

    /** Checks that the endpoint supports the job's options and does not run in the background. */
    private void checkOptions(Endpoint url, @Nullable BodyDraft parsedBody) {
        if (!url.hasMessages()) {
            String expected =
                    "needs a url whose body has messages, such as "
                            + Endpoint.CHAT_COMPLETIONS.url()
                            + "; "
                            + url.url()
                            + " has none";
            if (options.split() != null) {
                problem("millrace.split", expected);
            }
            if (options.retrieval() != null) {
                problem("millrace.retrieval", expected);
            }
        }
        if (parsedBody != null && url.hasBackgroundMode() && parsedBody.runsInBackground()) {
            problem("body.background", "must not be true: the call would end before the answer");
        }
        options.headers().keySet().stream()
                .filter(it -> !url.accepts(it))
                .forEach(
                        it ->
                                problem(
                                        "millrace.headers",
                                        it.text() + " belongs to another API than " + url.url()));
    }
}
