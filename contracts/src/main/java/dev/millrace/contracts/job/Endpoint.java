package dev.millrace.contracts.job;

import dev.millrace.contracts.upstream.ProviderHeader;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The provider endpoints that a job can request by the {@code url} of its line. */
public enum Endpoint {
    CHAT_COMPLETIONS("/v1/chat/completions"),
    RESPONSES("/v1/responses"),
    COMPLETIONS("/v1/completions"),
    EMBEDDINGS("/v1/embeddings"),
    /** The endpoint of Anthropic's Messages API. */
    MESSAGES("/v1/messages");

    private static final Map<String, Endpoint> BY_URL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Endpoint::url, it -> it));

    private final String url;

    Endpoint(String url) {
        this.url = url;
    }

    /** Returns the path as in OpenAI's batch format, with the leading {@code /v1}. */
    public String url() {
        return url;
    }

    /** Returns true if the body has messages, to which passages of documents can be added. */
    public boolean hasMessages() {
        return switch (this) {
            case CHAT_COMPLETIONS, RESPONSES, MESSAGES -> true;
            case COMPLETIONS, EMBEDDINGS -> false;
        };
    }

    /** Returns true if the header belongs to the API of this endpoint. */
    public boolean accepts(ProviderHeader header) {
        return switch (header) {
            case ANTHROPIC_BETA -> this == MESSAGES;
            case OPENAI_BETA -> this != MESSAGES;
        };
    }

    public static Optional<Endpoint> of(String url) {
        return Optional.ofNullable(BY_URL.get(url));
    }

    /** Returns all URLs, for messages. */
    public static String allUrls() {
        return Arrays.stream(values()).map(Endpoint::url).collect(Collectors.joining(", "));
    }
}
