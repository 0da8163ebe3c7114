package dev.millrace.similarity.prompt;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Finds the prompt in a request's body, or why a semantic cache does not answer the request. Needs
 * no embedding model: the number of tokens is checked by {@link PromptTokens}.
 */
public final class PromptReader {
    /** Longest body that is read, with the system prompt. */
    public static final int MAX_BODY_BYTES = 256 * 1024;

    /** A longer text has more than {@link PromptTokens#MAX} tokens, or words of 16 letters. */
    private static final int MAX_CHARACTERS = 16 * PromptTokens.MAX;

    /** Fields that make a model do more than answer a text with a text. */
    private static final Set<String> TOOLS =
            Set.of(
                    "tools",
                    "functions",
                    "mcp_servers",
                    "container",
                    "web_search_options",
                    "modalities",
                    "audio");

    private static final Set<String> INSTRUCTIONS = Set.of("system", "developer");
    private static final JsonValue PROMPT = new JsonValue.Plain("prompt");

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private PromptReader() {}

    /**
     * Reads a body.
     *
     * @param json contains the body, a JSON object
     * @param start of the body in bytes
     * @param length of the body in bytes
     */
    public static PromptReading read(PromptShape shape, byte[] json, int start, int length) {
        if (length > MAX_BODY_BYTES) {
            return Ineligible.LARGE_BODY;
        }
        return parse(json, start, length)
                .map(body -> read(shape, body))
                .orElse(Ineligible.UNREADABLE);
    }

    private static Optional<JsonValue.Fields> parse(byte[] json, int start, int length) {
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), json, start, length)) {
            return parser.nextToken() != null
                            && JsonValue.read(parser) instanceof JsonValue.Fields body
                    ? Optional.of(body)
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static PromptReading read(PromptShape shape, JsonValue.Fields body) {
        if (TOOLS.stream().anyMatch(it -> body.get(it) != null)) {
            return Ineligible.TOOLS;
        }
        if (body.get("n") != null && !new JsonValue.Plain("1").equals(body.get("n"))) {
            return Ineligible.SEVERAL_ANSWERS;
        }
        if (!(body.get(shape.messages()) instanceof JsonValue.Array(var messages))
                || messages.isEmpty()
                || !(messages.getLast() instanceof JsonValue.Fields last)) {
            return Ineligible.UNREADABLE;
        }
        List<JsonValue> before = messages.subList(0, messages.size() - 1);
        if (!last.has("role", "user") || !before.stream().allMatch(it -> instructs(shape, it))) {
            return Ineligible.SEVERAL_TURNS;
        }
        String text = text(shape, last.get("content"));
        if (text == null) {
            return Ineligible.NOT_PLAIN_TEXT;
        }
        Ineligible reason = ineligible(text);
        return reason == null ? new Prompt(text, digest(shape, body, before, last)) : reason;
    }

    private static boolean instructs(PromptShape shape, JsonValue message) {
        return shape.instructsByMessages()
                && message instanceof JsonValue.Fields fields
                && INSTRUCTIONS.stream().anyMatch(it -> fields.has("role", it));
    }

    /** Returns a content that is one text; null for another. */
    private static @Nullable String text(PromptShape shape, @Nullable JsonValue content) {
        return switch (content) {
            case JsonValue.Text(String text) -> text;
            case JsonValue.Array(var parts) when parts.size() == 1 ->
                    parts.getFirst() instanceof JsonValue.Fields part
                                    && part.has("type", shape.textPart())
                                    && part.get("text") instanceof JsonValue.Text(String text)
                            ? text
                            : null;
            case null, default -> null;
        };
    }

    private static @Nullable Ineligible ineligible(String text) {
        if (text.isBlank()) {
            return Ineligible.EMPTY;
        }
        if (text.length() > MAX_CHARACTERS) {
            return Ineligible.LONG;
        }
        return CodeDetector.hasCode(text) ? Ineligible.CODE : null;
    }

    /** Returns a content's other fields, such as its cache marker. */
    private static JsonValue withoutText(@Nullable JsonValue content) {
        if (!(content instanceof JsonValue.Array(var parts))
                || !(parts.getFirst() instanceof JsonValue.Fields(var part))) {
            return PROMPT;
        }
        var rest = new TreeMap<>(part);
        rest.keySet().removeAll(Set.of("type", "text"));
        return rest.isEmpty() ? PROMPT : new JsonValue.Fields(rest);
    }

    /** Computes the digest of the body, with a mark in place of the user's text. */
    private static String digest(
            PromptShape shape,
            JsonValue.Fields body,
            List<JsonValue> before,
            JsonValue.Fields last) {
        var parameters = new TreeMap<>(body.fields());
        parameters.keySet().removeAll(IrrelevantFields.REPLACED);
        parameters.keySet().removeAll(IrrelevantFields.UNUSED);
        parameters.remove(shape.messages());
        var user = new TreeMap<>(last.fields());
        user.put("content", withoutText(last.get("content")));
        return new PartsDigest()
                .value(new JsonValue.Fields(parameters))
                .value(new JsonValue.Array(before))
                .value(new JsonValue.Fields(user))
                .hex();
    }
}
