package dev.millrace.worker.call;

import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.Wire;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Where and with which headers a provider is called. From any thread. */
final class ProviderAddress {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String ANTHROPIC_VERSION = "anthropic-version";
    private static final String ANTHROPIC_VERSION_DATE = "2023-06-01";
    private static final String VERSION_PATH = "/v1";

    private final ProviderConfig config;
    private final String base;
    private final List<Secret> keys;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @throws IllegalArgumentException when it has no address
     */
    ProviderAddress(String name, ProviderConfig config) {
        this.config = config;
        this.keys = config.allKeys();
        this.base =
                config.baseUrl()
                        .map(ProviderAddress::withoutSlash)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "the provider " + name + " has no address"));
    }

    /** Why this provider cannot be asked for that; empty when it can. */
    Optional<String> refusal(Endpoint endpoint) {
        if (isSimulator() || wire(endpoint) == config.wire()) {
            return Optional.empty();
        }
        String able =
                config.wire() == Wire.ANTHROPIC
                        ? Endpoint.MESSAGES.url()
                        : "/v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings";
        return Optional.of(
                "the model's provider does not offer "
                        + endpoint.url()
                        + " and translation is not yet supported; it offers "
                        + able);
    }

    /** Which secret a call would need that is not set; empty when nothing is missing. */
    Optional<String> missing() {
        return Stream.concat(keys.stream(), config.headers().values().stream())
                .flatMap(secret -> secret.missing().stream())
                .findFirst();
    }

    ProviderRequest outgoing(Endpoint endpoint, JobId job, byte[] body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(IDEMPOTENCY_KEY, job.value());
        authorise(endpoint, headers);
        config.headers().forEach((name, value) -> headers.put(name, value.reveal()));
        return new ProviderRequest(uri(endpoint), headers, body);
    }

    private URI uri(Endpoint endpoint) {
        boolean versioned = !isSimulator() && config.wire() == Wire.OPENAI;
        return URI.create(
                base
                        + (versioned
                                ? endpoint.url().substring(VERSION_PATH.length())
                                : endpoint.url()));
    }

    private void authorise(Endpoint endpoint, Map<String, String> headers) {
        Optional<String> key = keys.isEmpty() ? Optional.empty() : Optional.of(nextKey().reveal());
        switch (wire(endpoint)) {
            case OPENAI -> key.ifPresent(it -> headers.put("Authorization", "Bearer " + it));
            case ANTHROPIC -> {
                key.ifPresent(it -> headers.put("x-api-key", it));
                headers.put(ANTHROPIC_VERSION, ANTHROPIC_VERSION_DATE);
            }
        }
    }

    private Secret nextKey() {
        return keys.get(Math.floorMod(turn.getAndIncrement(), keys.size()));
    }

    private boolean isSimulator() {
        return config.simulator().isPresent();
    }

    private static Wire wire(Endpoint endpoint) {
        return endpoint == Endpoint.MESSAGES ? Wire.ANTHROPIC : Wire.OPENAI;
    }

    private static String withoutSlash(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
