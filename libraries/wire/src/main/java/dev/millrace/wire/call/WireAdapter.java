package dev.millrace.wire.call;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Wire;
import java.util.Map;

/**
 * How to call providers of one wire.
 *
 * @param basePath beginning of the endpoints' URLs that a provider's base URL contains
 * @param keyHeader name of the header that carries the API key
 * @param headers the headers that every call needs besides the key
 */
public record WireAdapter(String basePath, String keyHeader, Map<String, String> headers) {
    private static final WireAdapter OPENAI = new WireAdapter("/v1", "Authorization", Map.of());

    private static final WireAdapter ANTHROPIC =
            new WireAdapter("", "x-api-key", Map.of("anthropic-version", "2023-06-01"));

    public WireAdapter {
        headers = Map.copyOf(headers);
    }

    public static WireAdapter of(Wire wire) {
        return switch (wire) {
            case OPENAI -> OPENAI;
            case ANTHROPIC -> ANTHROPIC;
        };
    }

    /** Returns the path of an endpoint of this wire below a provider's base URL. */
    public String path(Endpoint endpoint) {
        return endpoint.url().substring(basePath.length());
    }
}
