package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The provider calls that a job can ask for, by the {@code url} of its line. */
public enum Endpoint {
    CHAT_COMPLETIONS("/v1/chat/completions"),
    RESPONSES("/v1/responses"),
    COMPLETIONS("/v1/completions"),
    EMBEDDINGS("/v1/embeddings"),
    /** Anthropic's. */
    MESSAGES("/v1/messages");

    private static final Map<String, Endpoint> BY_URL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Endpoint::url, it -> it));

    private final String url;

    Endpoint(String url) {
        this.url = url;
    }

    /** The path as OpenAI's batch format writes it, with the leading {@code /v1}. */
    public String url() {
        return url;
    }

    public static Optional<Endpoint> of(String url) {
        return Optional.ofNullable(BY_URL.get(url));
    }

    /** All urls, for a message. */
    public static String allUrls() {
        return Arrays.stream(values()).map(Endpoint::url).collect(Collectors.joining(", "));
    }
}
