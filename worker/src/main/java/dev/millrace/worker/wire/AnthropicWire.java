package dev.millrace.worker.wire;

import dev.millrace.contracts.job.Endpoint;
import java.util.Map;

/** The Anthropic Messages API, and the providers that offer it. */
final class AnthropicWire implements WireAdapter {
    static final AnthropicWire INSTANCE = new AnthropicWire();

    private static final String API_VERSION = "2023-06-01";

    private AnthropicWire() {}

    @Override
    public String path(Endpoint endpoint) {
        return endpoint.url();
    }

    @Override
    public String keyHeader() {
        return "x-api-key";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("anthropic-version", API_VERSION);
    }

    @Override
    public String contentKey(Endpoint endpoint) {
        return "content";
    }
}
