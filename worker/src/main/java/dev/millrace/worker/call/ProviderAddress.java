package dev.millrace.worker.call;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.provider.PathTemplate;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallRequest;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The address of a provider, and the headers of calls to it. Can be used from any thread. */
final class ProviderAddress {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /**
     * Header with the client's id of the request, or with an id of the attempt if there is none,
     * which the logs of a provider or proxy contain.
     */
    static final String REQUEST_ID = "X-Request-ID";

    private final String name;
    private final ProviderConfig config;
    private final String base;
    private final ApiKeys keys;
    private final Set<Endpoint> offered;

    /**
     * @throws IllegalArgumentException if the provider has no address, or if a command prints a key
     *     and the feature is missing
     */
    ProviderAddress(
            String name, ProviderConfig config, LoopClock clock, ExpiringKey.Factory expiring) {
        this.name = name;
        this.config = config;
        this.keys = new ApiKeys(name, config, clock, expiring);
        this.offered = config.endpoints();
        this.base =
                config.baseUrl()
                        .map(ProviderAddress::withoutSlash)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "the provider " + name + " has no address"));
    }

    /** Returns the endpoints that the provider offers. */
    Set<Endpoint> endpoints() {
        return offered;
    }

    /** Returns the API keys, which may change. */
    ApiKeys keys() {
        return keys;
    }

    /**
     * Returns which secret is not set although a call with the key needs it; empty if all are set.
     */
    Optional<String> missingSecret(Optional<Secret> key) {
        return Stream.concat(key.stream(), otherSecrets())
                .flatMap(secret -> secret.missing().stream())
                .findFirst();
    }

    /** Returns all secrets, longest first, since one can begin with another. */
    List<Secret> secrets() {
        return Stream.concat(keys.all(), otherSecrets())
                .filter(Secret::isSet)
                .sorted(Comparator.comparingInt((Secret it) -> it.reveal().length()).reversed())
                .toList();
    }

    private Stream<Secret> otherSecrets() {
        return Stream.of(
                        config.headers().values(),
                        config.query().values(),
                        config.proxy().stream().toList())
                .flatMap(secrets -> secrets.stream());
    }

    /**
     * Creates the request of one call.
     *
     * @param key the API key, if calls need one
     * @param expected the answer that the call asks for, with the endpoint to call
     * @param body the body to send
     * @param options options of the job, including headers for its provider
     */
    ProviderRequest request(
            CallRequest call,
            Optional<Secret> key,
            ExpectedAnswer expected,
            byte[] body,
            JobOptions options) {
        Endpoint endpoint = expected.endpoint();
        var wire = endpoint.wire();
        // A configured header replaces a header of the wire, in any spelling.
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.put(IDEMPOTENCY_KEY, call.idempotencyKey());
        String named = options.labels().requestId();
        headers.put(REQUEST_ID, named == null ? call.job().value() + "-" + call.attempt() : named);
        headers.putAll(wire.headers());
        key.ifPresent(
                it ->
                        headers.put(
                                config.auth().name(wire.keyHeader()),
                                config.auth().value(wire.keyHeader(), it.reveal())));
        config.headers().forEach((name, value) -> headers.put(name, value.reveal()));
        options.headers()
                .forEach(
                        (header, value) -> {
                            if (endpoint.accepts(header)) {
                                add(headers, header, value);
                            }
                        });
        URI uri = uri(endpoint, call.model().upstreamModel());
        return new ProviderRequest(name, expected, uri, headers, body);
    }

    /**
     * Creates a request for a provider's information about a key.
     *
     * @param path relative to the base URL, or to the host if it begins with a slash
     */
    ProviderRequest inquiry(int key, String path) {
        String keyHeader = config.wire().keyHeader();
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        keys.key(key)
                .filter(Secret::isSet)
                .ifPresent(
                        it ->
                                headers.put(
                                        config.auth().name(keyHeader),
                                        config.auth().value(keyHeader, it.reveal())));
        config.headers().forEach((name, value) -> headers.put(name, value.reveal()));
        URI uri =
                path.startsWith("/")
                        ? URI.create(base).resolve(path)
                        : URI.create(base + '/' + path);
        // Embeddings are never streamed, and neither is the response to this request.
        var expected = new ExpectedAnswer(Endpoint.EMBEDDINGS, true);
        return new ProviderRequest(name, expected, uri, headers, new byte[0]);
    }

    /** Adds a header of the job. A version that the operator has configured stays. */
    private void add(Map<String, String> headers, ProviderHeader header, String value) {
        switch (header) {
            case ANTHROPIC_VERSION -> {
                if (config.headers().keySet().stream().noneMatch(header.text()::equalsIgnoreCase)) {
                    headers.put(header.text(), value);
                }
            }
            // The operator's features and the client's features add up.
            case ANTHROPIC_BETA, OPENAI_BETA ->
                    headers.merge(header.text(), value, (own, more) -> own + "," + more);
        }
    }

    private URI uri(Endpoint endpoint, String upstreamModel) {
        var template = config.paths().get(endpoint);
        String path = template == null ? usualPath(endpoint) : template.path(upstreamModel);
        return URI.create(base + path + query());
    }

    /** The simulator serves all wires below one base URL, each with its whole path. */
    private String usualPath(Endpoint endpoint) {
        return config.simulator().isPresent() ? endpoint.url() : endpoint.wire().path(endpoint);
    }

    private String query() {
        return config.query().entrySet().stream()
                .map(
                        it ->
                                PathTemplate.encoded(it.getKey())
                                        + "="
                                        + PathTemplate.encoded(it.getValue().reveal()))
                .reduce((left, right) -> left + "&" + right)
                .map(it -> "?" + it)
                .orElse("");
    }

    private static String withoutSlash(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
