package dev.millrace.simulator.answer.content;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Composes the text of a choice: prose, or JSON when the request asks for it. */
final class TextComposer {
    private static final int HEAD_CHARACTERS = 80;

    /** Up to 63 words follow the echoed prompt, so that answers differ in length. */
    private static final List<String> WORDS =
            List.of(
                    "water", "turns", "the", "wheel", "and", "stones", "grind", "slowly", "while",
                    "grain", "falls", "into", "even", "rows", "beside", "streams");

    private TextComposer() {}

    /**
     * Composes a text.
     *
     * @param minTokens smallest number of tokens, unless the text is JSON
     */
    static String text(JsonNode body, Conversation conversation, int minTokens) {
        byte[] digest = conversation.digest();
        String hash = Conversation.hash(digest);
        String head = head(conversation.lastUserText());
        JsonNode format = format(body);
        return switch (format.path("type").asString("text")) {
            case "json_schema" -> SchemaSample.of(schema(format), hash).toString();
            case "json_object" ->
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("answer", head)
                            .put("prompt_hash", hash)
                            .toString();
            default ->
                    extended(
                            "Simulated answer " + hash + " to: " + head + filler(digest),
                            minTokens);
        };
    }

    /** Repeats words after a text until it has the given number of tokens. */
    private static String extended(String text, int tokens) {
        int missing =
                tokens * CodePointTokens.CHARACTERS_PER_TOKEN
                        - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        String words = " " + String.join(" ", WORDS);
        return text
                + words.repeat(missing / words.length())
                + words.substring(0, missing % words.length());
    }

    /** Returns a suffix that makes the copies of an answer distinct; white space for JSON. */
    static String copySuffix(JsonNode body, int copy) {
        return format(body).path("type").asString("text").startsWith("json")
                ? " ".repeat(copy)
                : " (" + (copy + 1) + ")";
    }

    private static JsonNode format(JsonNode body) {
        JsonNode chat = body.path("response_format");
        JsonNode responses = body.path("text").path("format");
        JsonNode anthropic = body.path("output_format");
        JsonNode anthropicConfig = body.path("output_config").path("format");
        for (JsonNode format : List.of(chat, responses, anthropic)) {
            if (format.isObject()) {
                return format;
            }
        }
        return anthropicConfig;
    }

    private static JsonNode schema(JsonNode format) {
        JsonNode nested = format.path("json_schema").path("schema");
        return nested.isObject() ? nested : format.path("schema");
    }

    /** Returns the first 80 characters of a text in one line. */
    static String head(String text) {
        String start = text.substring(0, Math.min(text.length(), 8 * HEAD_CHARACTERS));
        String line = start.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= HEAD_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, HEAD_CHARACTERS)) + "…";
    }

    private static String filler(byte[] digest) {
        int words = digest[8] & 63;
        StringBuilder filler = new StringBuilder(words * 7);
        for (int i = 0; i < words; i++) {
            int nibble = (digest[9 + i % 16] >> (i < 16 ? 0 : 4)) + i & 15;
            filler.append(i == 0 ? " – " : " ").append(WORDS.get(nibble));
        }
        return filler.toString();
    }
}
