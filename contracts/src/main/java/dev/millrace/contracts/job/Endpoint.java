package dev.millrace.contracts.job;

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

    /** Returns the endpoint with exactly this {@link #url}. */
    public static Optional<Endpoint> of(String url) {
        return Optional.ofNullable(BY_URL.get(url));
    }

    /**
     * Returns the endpoint that the url of a request names, in any form whose meaning is certain:
     * without {@code /v1}, as a whole address, with a query, or with the name of a deployment.
     */
    public static Optional<Endpoint> ofRequest(String url) {
        return RequestUrl.endpoint(url);
    }

    /** Returns all URLs, for messages. */
    public static String allUrls() {
        return Arrays.stream(values()).map(Endpoint::url).collect(Collectors.joining(", "));
    }
}
