package dev.millrace.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.provider.CertificateFile;
import dev.millrace.contracts.config.provider.TrustedAuthorities;
import dev.millrace.contracts.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Reads from the sink's usage API. Thread-safe; every method blocks. */
public final class SinkClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final String PATH = "/api/v1/";
    private static final int OK = 200;
    private static final int UNAUTHENTICATED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;

    /** Pause before a refused request is repeated, if the sink names none. */
    private static final long PAUSE_SECONDS = 5;

    private final SinkSettings settings;
    private final HttpClient http;

    /**
     * Creates a client, which connects when it is first asked.
     *
     * @throws UncheckedIOException if the file of trusted authorities cannot be used
     */
    public SinkClient(SinkSettings settings) {
        this.settings = settings;
        var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT);
        settings.tls().ca().map(SinkClient::trusting).ifPresent(client::sslContext);
        http = client.build();
    }

    private static SSLContext trusting(CertificateFile authorities) {
        try {
            return TrustedAuthorities.with(authorities.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the counts of a batch; empty if nothing is stored of it.
     *
     * @throws SinkException if the sink does not answer
     */
    public Optional<BatchCounts> batch(String tenant, String batch) throws SinkException {
        try {
            return bytes("batches/" + encoded(batch), Map.of("tenant", tenant))
                    .map(BatchCounts::read);
        } catch (IllegalArgumentException e) {
            throw new SinkException(
                    "the address %s is not the usage API of a sink".formatted(settings.url()), e);
        }
    }

    /**
     * Returns the results of a batch in input order as JSON Lines; empty if nothing is stored of
     * it. The caller closes the stream. If the stream ends with an exception, results are missing.
     *
     * @param after only results of later lines
     * @throws SinkException if the sink does not answer
     */
    public Optional<InputStream> results(String tenant, String batch, OptionalLong after)
            throws SinkException {
        var parameters = new TreeMap<>(Map.of("tenant", tenant));
        after.ifPresent(line -> parameters.put("after", Long.toString(line)));
        return get("batches/" + encoded(batch) + "/results", parameters);
    }

    /**
     * Returns the result of a job; empty if none is stored.
     *
     * @throws SinkException if the sink does not answer
     */
    public Optional<byte[]> result(JobId job) throws SinkException {
        return bytes("results/" + job, Map.of());
    }

    /**
     * Returns jobs, tokens and money as a JSON object.
     *
     * @param parameters filters, such as {@code tenant} and {@code from}
     * @throws SinkException if the sink does not answer
     */
    public byte[] usage(Map<String, String> parameters) throws SinkException {
        return bytes("usage", parameters)
                .orElseThrow(() -> new SinkException("the sink has no usage to report"));
    }

    private Optional<byte[]> bytes(String path, Map<String, String> parameters)
            throws SinkException {
        Optional<InputStream> body = get(path, parameters);
        if (body.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = body.get()) {
            return Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private Optional<InputStream> get(String path, Map<String, String> parameters)
            throws SinkException {
        HttpResponse<InputStream> response = send(request(path, parameters));
        return switch (response.statusCode()) {
            case OK -> Optional.of(new TimedBody(response.body(), settings.timeout()));
            case NOT_FOUND -> {
                close(response.body());
                yield Optional.empty();
            }
            case UNAUTHENTICATED, FORBIDDEN -> {
                close(response.body());
                throw new SinkException(
                        ("the sink at %s refuses the gateway's key (status %d); it needs a key with"
                                        + " all: true")
                                .formatted(settings.url(), response.statusCode()));
            }
            case TOO_MANY -> {
                close(response.body());
                throw new SinkException(
                        "the sink at %s sends the tenant as much at once as it may"
                                .formatted(settings.url()),
                        retryAfter(response));
            }
            default -> {
                close(response.body());
                throw new SinkException(
                        "the sink at %s answers with status %d"
                                .formatted(settings.url(), response.statusCode()));
            }
        };
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        try {
            return Duration.ofSeconds(
                    response.headers().firstValueAsLong("Retry-After").orElse(PAUSE_SECONDS));
        } catch (NumberFormatException e) {
            // A proxy in between may send a date.
            return Duration.ofSeconds(PAUSE_SECONDS);
        }
    }

    private HttpRequest request(String path, Map<String, String> parameters) {
        String query =
                parameters.entrySet().stream()
                        .map(it -> it.getKey() + "=" + encoded(it.getValue()))
                        .collect(Collectors.joining("&"));
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        settings.url()
                                                + PATH
                                                + path
                                                + (query.isEmpty() ? "" : "?" + query)))
                        .timeout(settings.timeout());
        settings.key()
                .map(Secret::reveal)
                .ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request.build();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws SinkException {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException("the gateway stops", e);
        }
    }

    private SinkException unreachable(IOException e) {
        return new SinkException(
                "the sink at %s cannot be reached: %s".formatted(settings.url(), reason(e)), e);
    }

    private static String reason(IOException e) {
        if (isCausedBy(CertPathBuilderException.class, e)) {
            return "its certificate is not trusted; name its authority in gateway.sink.tls.ca";
        }
        if (isCausedBy(CertificateException.class, e)) {
            return "its certificate has expired or is for another host";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static boolean isCausedBy(Class<?> cause, IOException e) {
        return Stream.<Throwable>iterate(e, it -> it != null, Throwable::getCause)
                .anyMatch(cause::isInstance);
    }

    private static void close(InputStream body) throws SinkException {
        try {
            body.close();
        } catch (IOException e) {
            throw new SinkException("the connection to the sink cannot be closed", e);
        }
    }

    /** Encodes a value for a path or a query. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
