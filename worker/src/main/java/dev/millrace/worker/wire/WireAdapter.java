package dev.millrace.worker.wire;

import dev.millrace.contracts.upstream.Wire;
import dev.millrace.contracts.job.Endpoint;
import java.util.Map;

/** Adapts requests and answers to one wire. Stateless; used from any thread. */
public sealed interface WireAdapter permits AnthropicWire, OpenAiWire {
    /** Returns the adapter of a wire. */
    static WireAdapter of(Wire wire) {
        return switch (wire) {
            case OPENAI -> OpenAiWire.INSTANCE;
            case ANTHROPIC -> AnthropicWire.INSTANCE;
        };
    }

    /** Returns the adapter of the wire that an endpoint belongs to. */
    static WireAdapter of(Endpoint endpoint) {
        return of(endpoint.wire());
    }

    /** Returns the path of an endpoint below a provider's base URL. */
    String path(Endpoint endpoint);

    /** Returns the name of the header that carries the API key. */
    String keyHeader();

    /** Returns the headers that every call needs besides the key. */
    Map<String, String> headers();

    /** Returns the key of the array that holds the content of an answer. */
    String contentKey(Endpoint endpoint);
}
