package dev.millrace.retrieval.prompt;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.retrieval.ContextPlace;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final Set<String> INSTRUCTION_ROLES = Set.of("system", "developer");

    private final RequestLine line;
    private final MessageForm form;
    private final ObjectNode body;

    private PromptBody(RequestLine line, ObjectNode body) {
        this.line = line;
        this.body = body;
        form = MessageForm.of(line.endpoint());
    }

    /** Reads the prompt of a request whose endpoint has messages. */
    public static PromptBody of(RequestLine line) {
        JsonNode body = MAPPER.readTree(line.bytes(), line.body().start(), line.body().length());
        return new PromptBody(line, (ObjectNode) body);
    }

    /**
     * Returns the text of the user's last message, without white space around it.
     *
     * @throws PromptException if there is none
     */
    public String question() throws PromptException {
        JsonNode content = content();
        var text = new StringBuilder();
        if (content.isString()) {
            text.append(content.stringValue());
        }
        for (JsonNode part : content) {
            if (part.path("type").asString("").equals(form.textPart())) {
                text.append(part.path("text").asString("")).append('\n');
            }
        }
        String question = text.toString().strip();
        if (question.isEmpty()) {
            throw new PromptException(
                    "the last message of the user has no text to search for, in body."
                            + form.messages());
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

    /** Returns the content of the user's last message. */
    private JsonNode content() throws PromptException {
        JsonNode messages = body.path(form.messages());
        return messages.isString() ? messages : lastOfUser(messages).path("content");
    }

    private static ObjectNode lastOfUser(JsonNode messages) throws PromptException {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ObjectNode message
                    && message.path("role").asString("").equals("user")) {
                return message;
            }
        }
        throw new PromptException(
                "the body has no message of a user whose text could be searched for");
    }

    /**
     * Returns the whole line with the sources in its prompt.
     *
     * @throws PromptException if the body has no place for them
     */
    public byte[] with(SourceList sources, ContextPlace place) throws PromptException {
        var edit = new JsonObjectEdit();
        switch (place) {
            case ContextPlace.Instructions _ -> instruct(sources.context(), edit);
            case ContextPlace.Question _ -> ask(sources.context(), edit);
            case ContextPlace.Placeholder(String text) -> replace(text, sources.sources(), edit);
        }
        byte[] edited = line.edited(edit);
        var out = new ByteArrayOutputStream(line.bytes().length + edited.length);
        out.write(line.bytes(), 0, line.body().start());
        out.writeBytes(edited);
        out.write(line.bytes(), line.body().end(), line.bytes().length - line.body().end());
        return out.toByteArray();
    }

    private void instruct(String context, JsonObjectEdit edit) throws PromptException {
        if (form.instructions().isEmpty()) {
            set(form.messages(), withInstruction(context), edit);
            return;
        }
        JsonNode given = body.path(form.instructions());
        if (given.isMissingNode() || given.isNull()) {
            set(form.instructions(), StringNode.valueOf(context), edit);
        } else if (given.isString()) {
            set(
                    form.instructions(),
                    StringNode.valueOf(given.stringValue() + "\n\n" + context),
                    edit);
        } else if (given instanceof ArrayNode parts) {
            parts.add(textPart(context));
            set(form.instructions(), parts, edit);
        } else {
            throw new PromptException("body." + form.instructions() + " must be a text");
        }
    }

    /** Returns the messages with another instruction after those at their beginning. */
    private JsonNode withInstruction(String context) throws PromptException {
        if (!(body.path(form.messages()) instanceof ArrayNode messages)) {
            throw new PromptException("body." + form.messages() + " must be a list");
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
        JsonNode messages = body.path(form.messages());
        if (messages.isString()) {
            set(
                    form.messages(),
                    StringNode.valueOf(context + "\n\n" + messages.stringValue()),
                    edit);
            return;
        }
        ObjectNode message = lastOfUser(messages);
        if (message.path("content") instanceof ArrayNode parts) {
            parts.insert(0, textPart(context));
        } else {
            message.put("content", context + "\n\n" + message.path("content").asString(""));
        }
        set(form.messages(), messages, edit);
    }

    private ObjectNode textPart(String text) {
        ObjectNode part = MAPPER.createObjectNode();
        part.put("type", form.textPart());
        part.put("text", text);
        return part;
    }

    private void replace(String placeholder, String sources, JsonObjectEdit edit)
            throws PromptException {
        boolean isReplaced = false;
        for (String key : Set.of(form.messages(), form.instructions())) {
            JsonNode before = body.path(key);
            @Nullable JsonNode after = replaced(before, placeholder, sources);
            if (after != null) {
                set(key, after, edit);
                isReplaced = true;
            }
        }
        if (!isReplaced) {
            throw new PromptException(
                    "the placeholder " + placeholder + " does not occur in the prompt");
        }
    }

    /**
     * Returns a value with the sources in the texts that have the placeholder; null if none has.
     */
    private static @Nullable JsonNode replaced(JsonNode value, String placeholder, String sources) {
        if (value.isString()) {
            String text = value.stringValue();
            return text.contains(placeholder)
                    ? StringNode.valueOf(text.replace(placeholder, sources))
                    : null;
        }
        boolean isReplaced = false;
        if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                @Nullable JsonNode item = replaced(list.get(i), placeholder, sources);
                if (item != null) {
                    list.set(i, item);
                    isReplaced = true;
                }
            }
        } else if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> it : object.properties()) {
                @Nullable JsonNode item = replaced(it.getValue(), placeholder, sources);
                if (item != null) {
                    it.setValue(item);
                    isReplaced = true;
                }
            }
        }
        return isReplaced ? value : null;
    }

    private static void set(String key, JsonNode value, JsonObjectEdit edit) {
        edit.set(key, MAPPER.writeValueAsString(value));
    }
}
