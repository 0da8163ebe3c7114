package dev.millrace.worker.wire;

import dev.millrace.contracts.job.Endpoint;
import java.util.Map;

/** The OpenAI API, and the many providers that offer it with small differences. */
final class OpenAiWire implements WireAdapter {
    static final OpenAiWire INSTANCE = new OpenAiWire();

    private static final String VERSION_PATH = "/v1";

    private OpenAiWire() {}

    /** Returns the URL of the endpoint without its version, which the base URL contains. */
    @Override
    public String path(Endpoint endpoint) {
        return endpoint.url().substring(VERSION_PATH.length());
    }

    @Override
    public String keyHeader() {
        return "Authorization";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String contentKey(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> "choices";
            case RESPONSES -> "output";
            case EMBEDDINGS -> "data";
            case MESSAGES -> throw notOffered(endpoint);
        };
    }

    private static IllegalArgumentException notOffered(Endpoint endpoint) {
        return new IllegalArgumentException("the OpenAI API has no " + endpoint.url());
    }
}
