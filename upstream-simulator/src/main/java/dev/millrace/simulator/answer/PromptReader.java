package dev.millrace.simulator.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads the prompt out of a body and refuses what real providers refuse. */
final class PromptReader {
    private static final int COMPLETIONS_DEFAULT_MAX_TOKENS = 16;
    private static final int DEFAULT_DIMENSIONS = 1_536;
    private static final int MAX_COPIES = 128;
    private static final int MAX_INPUTS = 2_048;

    private PromptReader() {}

    /** What reading a body leads to. */
    sealed interface Reading {}

    /**
     * A prompt that can be answered.
     *
     * @param conversations one, or one for each prompt or input of a list
     * @param maxOutput tokens for each choice; 0 = without limit
     * @param copies choices for each conversation, 1 to 128
     * @param dimensions of each embedding
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

    /** A body that is refused, and the field it is about. */
    record Refused(String message, @Nullable String param) implements Reading {}

    static Reading read(Operation operation, JsonNode body) {
        if (!body.isObject()) {
            return new Refused("The body of the request must be a JSON object.", null);
        }
        if (body.path("model").asString("").isEmpty()) {
            return operation == Operation.MESSAGES
                    ? new Refused("model: Field required", "model")
                    : new Refused("you must provide a model parameter", "model");
        }
        return numbers(body)
                .<Reading>map(refused -> refused)
                .orElseGet(() -> prompt(operation, body));
    }

    private static Optional<Refused> numbers(JsonNode body) {
        for (String key :
                List.of(
                        "max_tokens",
                        "max_completion_tokens",
                        "max_output_tokens",
                        "n",
                        "dimensions")) {
            JsonNode value = body.path(key);
            boolean absent = value.isMissingNode() || value.isNull();
            boolean fine = absent || (value.canConvertToInt() && isWithin(value, most(key)));
            if (!fine) {
                return Optional.of(
                        new Refused("Invalid '" + key + "': got " + value + " instead.", key));
            }
        }
        return Optional.empty();
    }

    private static boolean isWithin(JsonNode value, int most) {
        return value.isIntegralNumber() && value.intValue() >= 1 && value.intValue() <= most;
    }

    private static int most(String key) {
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
            return new Refused(
                    "Invalid 'messages': expected a non-empty array of messages.", "messages");
        }
        if (!messages.valueStream().allMatch(message -> message.path("role").isString())) {
            return new Refused("Invalid 'messages': every message needs a 'role'.", "messages");
        }
        return new Prompt(
                List.of(Conversation.of(system, messages)),
                integer(body, "max_completion_tokens", maxTokens),
                integer(body, "n", 1),
                0);
    }

    private static Reading messages(JsonNode body) {
        if (!body.path("max_tokens").isIntegralNumber()) {
            return new Refused("max_tokens: Field required", "max_tokens");
        }
        return chat(body, body.path("system"), integer(body, "max_tokens", 0));
    }

    private static Reading responses(JsonNode body) {
        JsonNode input = body.path("input");
        if (!input.isString() && !input.isArray()) {
            return new Refused("Missing required parameter: 'input'.", "input");
        }
        List<Conversation.Turn> turns = new ArrayList<>();
        turns.addAll(Conversation.of(body.path("instructions"), input).turns());
        if (input.isString()) {
            turns.add(new Conversation.Turn("user", input.stringValue()));
        }
        return new Prompt(
                List.of(new Conversation(turns)), integer(body, "max_output_tokens", 0), 1, 0);
    }

    /** A string, a list of strings, a list of token numbers or a list of those. */
    private static Reading inputs(JsonNode body, String key, int maxTokens) {
        JsonNode value = body.path(key);
        List<Conversation> inputs = new ArrayList<>();
        boolean many = value.isArray() && !value.isEmpty() && !value.path(0).isNumber();
        if (many) {
            value.forEach(one -> inputs.add(Conversation.of(one.asString(one.toString()))));
        } else if (value.isString() || (value.isArray() && !value.isEmpty())) {
            inputs.add(Conversation.of(value.asString(value.toString())));
        }
        if (inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
            return new Refused(
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
