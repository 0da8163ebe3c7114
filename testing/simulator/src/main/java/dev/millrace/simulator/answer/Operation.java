package dev.millrace.simulator.answer;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An endpoint whose calls are billed. */
public enum Operation {
    /** OpenAI chat completions. */
    CHAT_COMPLETIONS("/v1/chat/completions"),
    /** OpenAI completions, the older text interface. */
    COMPLETIONS("/v1/completions"),
    /** OpenAI responses. */
    RESPONSES("/v1/responses"),
    /** OpenAI embeddings. */
    EMBEDDINGS("/v1/embeddings"),
    /** Anthropic messages. */
    MESSAGES("/v1/messages");

    private static final Map<String, Operation> BY_PATH =
            Arrays.stream(values()).collect(Collectors.toMap(Operation::path, Function.identity()));

    private final String path;

    Operation(String path) {
        this.path = path;
    }

    /** Returns the operation at a request path without query. */
    public static Optional<Operation> of(String path) {
        return Optional.ofNullable(BY_PATH.get(path));
    }

    /** Returns the absolute request path. */
    public String path() {
        return path;
    }
}
