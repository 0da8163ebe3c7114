package dev.millrace.retrieval.prompt;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.retrieval.ContextPlace;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The prompt in the body of a request. Only the field of the body that gets the passages is written
 * again; all other bytes are kept. Used once, by one thread.
 */
public final class PromptBody {
    /** Longest question, in characters. A longer text is cut: the model reads no more. */
    static final int MAX_QUESTION_CHARS = 2_000;

    /** An object in memory takes 40 times its bytes. */
    private static final int MAX_JSON_TOKENS = 500_000;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final Set<String> INSTRUCTION_ROLES = Set.of("system", "developer");

    private final RequestLine line;
    private final Endpoint endpoint;
    private final ObjectNode body;

    private PromptBody(RequestLine line, ObjectNode body) {
        this.line = line;
        this.body = body;
        endpoint = line.endpoint();
    }

    /**
     * Reads the prompt of a request whose endpoint has messages.
     *
     * @throws PromptException if the body has too many values to be read in bounded memory
     */
    public static PromptBody of(RequestLine line) throws PromptException {
        Span span = line.body();
        requireFewTokens(line.bytes(), span);
        try {
            JsonNode body = MAPPER.readTree(line.bytes(), span.start(), span.length());
            return new PromptBody(line, (ObjectNode) body);
        } catch (JacksonException e) {
            // Nested deeper than the mapper reads, or a number of thousands of digits.
            throw new PromptException("the body cannot be read: " + e.getOriginalMessage());
        }
    }

    private static void requireFewTokens(byte[] line, Span body) throws PromptException {
        try (JsonParser json = JsonBytes.parser(line, body.start(), body.length())) {
            int tokens = 0;
            while (json.nextToken() != null) {
                tokens++;
                if (tokens > MAX_JSON_TOKENS) {
                    throw new PromptException(
                            String.format(
                                    Locale.ROOT,
                                    "the body has more than %,d keys, values and brackets, too many"
                                            + " to add passages",
                                    MAX_JSON_TOKENS));
                }
            }
        }
    }

    /**
     * Returns the text of the user's last message, without white space around it.
     *
     * @throws PromptException if there is none
     */
    public String question() throws PromptException {
        JsonNode messages = body.path(endpoint.promptKey());
        String question =
                messages.isString()
                        ? messages.stringValue().strip()
                        : text(lastOfUser(messages).path("content"));
        if (question.isEmpty()) {
            throw new PromptException(
                    "the last message of the user has no text to search for, in body."
                            + endpoint.promptKey());
        }
        return cut(question);
    }

    private static String cut(String text) {
        if (text.length() <= MAX_QUESTION_CHARS) {
            return text;
        }
        boolean isBetweenHalves = Character.isHighSurrogate(text.charAt(MAX_QUESTION_CHARS - 1));
        return text.substring(0, isBetweenHalves ? MAX_QUESTION_CHARS - 1 : MAX_QUESTION_CHARS);
    }

    private String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue().strip();
        }
        var text = new StringBuilder();
        for (JsonNode part : content) {
            if (isText(part)) {
                text.append(part.path("text").asString("")).append('\n');
            }
        }
        return text.toString().strip();
    }

    private boolean isText(JsonNode part) {
        return part.path("type").asString("").equals(endpoint.textPart());
    }

    /** Returns the user's last message with text; later messages can have results of tools. */
    private ObjectNode lastOfUser(JsonNode messages) throws PromptException {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ObjectNode message
                    && message.path("role").asString("").equals("user")
                    && !text(message.path("content")).isEmpty()) {
                return message;
            }
        }
        throw new PromptException(
                "the body has no message of a user whose text could be searched for");
    }

    /**
     * Returns the whole line with the sources in its prompt.
     *
     * @param maxChars most characters of sources in place of placeholders
     * @throws PromptException if the body has no place for them
     */
    public byte[] with(SourceList sources, ContextPlace place, long maxChars)
            throws PromptException {
        var edit = new JsonObjectEdit();
        switch (place) {
            case ContextPlace.Instructions _ -> instruct(sources.context(), edit);
            case ContextPlace.Question _ -> ask(sources.context(), edit);
            case ContextPlace.Placeholder(String text) ->
                    replace(new Replacement(text, sources.sources(), maxChars), edit);
        }
        byte[] edited = line.edited(edit);
        var out = new ByteArrayOutputStream(line.bytes().length + edited.length);
        out.write(line.bytes(), 0, line.body().start());
        out.writeBytes(edited);
        out.write(line.bytes(), line.body().end(), line.bytes().length - line.body().end());
        return out.toByteArray();
    }

    private void instruct(String context, JsonObjectEdit edit) throws PromptException {
        if (endpoint.instructionsKey().isEmpty()) {
            set(endpoint.promptKey(), withInstruction(context), edit);
            return;
        }
        JsonNode given = body.path(endpoint.instructionsKey());
        if (given.isMissingNode() || given.isNull()) {
            set(endpoint.instructionsKey(), StringNode.valueOf(context), edit);
        } else if (given.isString()) {
            set(
                    endpoint.instructionsKey(),
                    StringNode.valueOf(given.stringValue() + "\n\n" + context),
                    edit);
        } else if (given instanceof ArrayNode parts) {
            parts.add(textPart(context));
            set(endpoint.instructionsKey(), parts, edit);
        } else {
            throw new PromptException("body." + endpoint.instructionsKey() + " must be a text");
        }
    }

    /** Returns the messages with another instruction after the instructions at their beginning. */
    private JsonNode withInstruction(String context) throws PromptException {
        if (!(body.path(endpoint.promptKey()) instanceof ArrayNode messages)) {
            throw new PromptException("body." + endpoint.promptKey() + " must be a list");
        }
        int place = 0;
        while (place < messages.size()
                && INSTRUCTION_ROLES.contains(messages.get(place).path("role").asString(""))) {
            place++;
        }
        ObjectNode instruction = MAPPER.createObjectNode();
        instruction.put("role", "system");
        instruction.put("content", context);
        messages.insert(place, instruction);
        return messages;
    }

    private void ask(String context, JsonObjectEdit edit) throws PromptException {
        JsonNode messages = body.path(endpoint.promptKey());
        if (messages.isString()) {
            set(
                    endpoint.promptKey(),
                    StringNode.valueOf(context + "\n\n" + messages.stringValue()),
                    edit);
            return;
        }
        ObjectNode message = lastOfUser(messages);
        if (message.path("content") instanceof ArrayNode parts) {
            int place = 0;
            // Results of tools must stay in front.
            while (!isText(parts.get(place))) {
                place++;
            }
            parts.insert(place, textPart(context));
        } else {
            message.put("content", context + "\n\n" + message.path("content").asString(""));
        }
        set(endpoint.promptKey(), messages, edit);
    }

    private ObjectNode textPart(String text) {
        ObjectNode part = MAPPER.createObjectNode();
        part.put("type", endpoint.textPart());
        part.put("text", text);
        return part;
    }

    private void replace(Replacement replacement, JsonObjectEdit edit) throws PromptException {
        boolean isReplaced = false;
        for (String key : Set.of(endpoint.promptKey(), endpoint.instructionsKey())) {
            @Nullable JsonNode after = replacement.in(body.path(key));
            if (after != null) {
                set(key, after, edit);
                isReplaced = true;
            }
        }
        if (!isReplaced) {
            throw new PromptException(
                    "the placeholder "
                            + replacement.placeholder()
                            + " does not occur in the prompt");
        }
    }

    private static void set(String key, JsonNode value, JsonObjectEdit edit) {
        edit.set(key, MAPPER.writeValueAsString(value));
    }
}
