package dev.millrace.contracts.config;

import dev.millrace.contracts.job.Endpoint;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The HTTP API of a provider. Each endpoint belongs to one wire. */
public enum Wire {
    /** The OpenAI API, which most providers offer. */
    OPENAI,
    /** The Anthropic API. */
    ANTHROPIC;

    /** Returns the wire that an endpoint belongs to. */
    public static Wire of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, EMBEDDINGS -> OPENAI;
            case MESSAGES -> ANTHROPIC;
        };
    }

    /** Returns the endpoints of this wire, in declaration order. */
    public Set<Endpoint> endpoints() {
        return Arrays.stream(Endpoint.values())
                .filter(endpoint -> of(endpoint) == this)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Endpoint.class)));
    }
}
