package dev.millrace.simulator.answer;

import dev.millrace.simulator.answer.content.Conversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads the prompt from a request body and rejects bodies that real providers reject. */
final class PromptText {
    private static final int COMPLETIONS_DEFAULT_MAX_TOKENS = 16;
    private static final int DEFAULT_DIMENSIONS = 1_536;
    private static final int MAX_COPIES = 128;
    private static final int MAX_INPUTS = 2_048;

    private PromptText() {}

    /** The result of reading a body. */
    sealed interface Reading {}

    /**
     * A valid prompt.
     *
     * @param conversations one conversation for each prompt or input of the request
     * @param maxOutput largest number of tokens of a choice; 0 = unlimited
     * @param copies choices for each conversation, 1 to 128
     * @param dimensions length of each embedding
     */
    record Prompt(List<Conversation> conversations, int maxOutput, int copies, int dimensions)
            implements Reading {
        Conversation combined() {
            return conversations.size() == 1
                    ? conversations.getFirst()
                    : new Conversation(
                            conversations.stream()
                                    .flatMap(conversation -> conversation.turns().stream())
                                    .toList());
        }
    }

    /** The rejection of a body, with the invalid field; null = the whole body. */
    record Rejected(String message, @Nullable String param) implements Reading {}

    static Reading read(Operation operation, JsonNode body) {
        if (!body.isObject()) {
            return new Rejected("The body of the request must be a JSON object.", null);
        }
        if (body.path("model").asString("").isEmpty()) {
            return operation == Operation.MESSAGES
                    ? new Rejected("model: Field required", "model")
                    : new Rejected("you must provide a model parameter", "model");
        }
        return checkNumbers(body)
                .<Reading>map(rejected -> rejected)
                .orElseGet(() -> prompt(operation, body));
    }

    private static Optional<Rejected> checkNumbers(JsonNode body) {
        for (String key :
                List.of(
                        "max_tokens",
                        "max_completion_tokens",
                        "max_output_tokens",
                        "n",
                        "dimensions")) {
            JsonNode value = body.path(key);
            boolean isAbsent = value.isMissingNode() || value.isNull();
            boolean isValid = isAbsent || (value.canConvertToInt() && isWithin(value, max(key)));
            if (!isValid) {
                return Optional.of(
                        new Rejected("Invalid '" + key + "': got " + value + " instead.", key));
            }
        }
        return Optional.empty();
    }

    private static boolean isWithin(JsonNode value, int max) {
        return value.isIntegralNumber() && value.intValue() >= 1 && value.intValue() <= max;
    }

    private static int max(String key) {
        return switch (key) {
            case "n" -> MAX_COPIES;
            case "dimensions" -> Embedding.MAX_DIMENSIONS;
            default -> Integer.MAX_VALUE;
        };
    }

    private static Reading prompt(Operation operation, JsonNode body) {
        return switch (operation) {
            case CHAT_COMPLETIONS ->
                    chat(body, MissingNode.getInstance(), integer(body, "max_tokens", 0));
            case MESSAGES -> messages(body);
            case RESPONSES -> responses(body);
            case COMPLETIONS ->
                    inputs(
                            body,
                            "prompt",
                            integer(body, "max_tokens", COMPLETIONS_DEFAULT_MAX_TOKENS));
            case EMBEDDINGS -> inputs(body, "input", 0);
        };
    }

    private static Reading chat(JsonNode body, JsonNode system, int maxTokens) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            return new Rejected(
                    "Invalid 'messages': expected a non-empty array of messages.", "messages");
        }
        if (!messages.valueStream().allMatch(message -> message.path("role").isString())) {
            return new Rejected("Invalid 'messages': every message needs a 'role'.", "messages");
        }
        return new Prompt(
                List.of(Conversation.of(system, messages)),
                integer(body, "max_completion_tokens", maxTokens),
                integer(body, "n", 1),
                0);
    }

    private static Reading messages(JsonNode body) {
        if (!body.path("max_tokens").isIntegralNumber()) {
            return new Rejected("max_tokens: Field required", "max_tokens");
        }
        return chat(body, body.path("system"), integer(body, "max_tokens", 0));
    }

    private static Reading responses(JsonNode body) {
        JsonNode input = body.path("input");
        if (!input.isString() && !input.isArray()) {
            return new Rejected("Missing required parameter: 'input'.", "input");
        }
        List<Conversation.Turn> turns = new ArrayList<>();
        turns.addAll(Conversation.of(body.path("instructions"), input).turns());
        if (input.isString()) {
            turns.add(new Conversation.Turn("user", input.stringValue()));
        }
        return new Prompt(
                List.of(new Conversation(turns)), integer(body, "max_output_tokens", 0), 1, 0);
    }

    /** Reads a string, a list of strings, a list of token numbers, or a list of such lists. */
    private static Reading inputs(JsonNode body, String key, int maxTokens) {
        JsonNode value = body.path(key);
        List<Conversation> inputs = new ArrayList<>();
        boolean isList = value.isArray() && !value.isEmpty() && !value.path(0).isNumber();
        if (isList) {
            value.forEach(
                    element -> inputs.add(Conversation.of(element.asString(element.toString()))));
        } else if (value.isString() || (value.isArray() && !value.isEmpty())) {
            inputs.add(Conversation.of(value.asString(value.toString())));
        }
        if (inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
            return new Rejected(
                    "Invalid '"
                            + key
                            + "': expected a string or a list of 1 to "
                            + MAX_INPUTS
                            + ".",
                    key);
        }
        return new Prompt(
                inputs,
                maxTokens,
                integer(body, "n", 1),
                integer(body, "dimensions", DEFAULT_DIMENSIONS));
    }

    private static int integer(JsonNode body, String key, int fallback) {
        return body.path(key).asInt(fallback);
    }
}
