package dev.millrace.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Wire;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Exchanges with a {@link RawServer}, on a ticker that does not advance. */
final class Exchanges {
    static final int MAX_BYTES = 1_000;
    static final AnswerLimits LIMITS = new AnswerLimits(MAX_BYTES, 100, 1, 0);

    /** A ticker that does not advance and is about to overflow. */
    static final AtomicLong NOW = new AtomicLong(Long.MAX_VALUE - 5);

    static final Duration LONG = Duration.ofMinutes(10);
    static final Duration SHORT = Duration.ofMillis(150);

    /** Enough time to connect and to send on a slow machine, after {@link #warmUp}. */
    static final Duration TIME_TO_SEND = Duration.ofSeconds(1);

    /** A provider without a proxy; each exchange names its own address. */
    static final ProviderConfig DIRECT =
            ProviderConfig.of(Wire.OPENAI, URI.create("http://127.0.0.1"));

    static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG, LONG);

    private Exchanges() {}

    /** Loads the classes of an exchange, which can take longer than {@link #TIME_TO_SEND}. */
    static void warmUp() throws Exception {
        try (var server = new RawServer(RawServer.always(200, "{}"))) {
            assertThat(exchange(server, PATIENT)).isInstanceOf(ExchangeEnd.Responded.class);
        }
    }

    static HttpTransport transport(Timeouts timeouts) {
        return transport(timeouts, 10);
    }

    static HttpTransport transport(Timeouts timeouts, int maxInFlight) {
        return transport(timeouts, new HttpClientFactory(timeouts, maxInFlight), DIRECT);
    }

    static HttpTransport transport(
            Timeouts timeouts, HttpClientFactory factory, ProviderConfig provider) {
        return new HttpTransport(
                ProviderClients.create(factory, Map.of("p", provider)),
                timeouts,
                new ResponseBodyReader(LIMITS),
                NOW::get);
    }

    static ExchangeEnd exchange(RawServer server, Timeouts timeouts) throws Exception {
        try (var transport = transport(timeouts)) {
            return onVirtualThread(transport, server.uri());
        }
    }

    static ExchangeEnd onVirtualThread(HttpTransport transport, URI uri) throws Exception {
        return start(transport, uri, Window.open(NOW.get())).get();
    }

    static CompletableFuture<ExchangeEnd> start(HttpTransport transport, URI uri, Window window) {
        return CompletableFuture.supplyAsync(
                () -> transport.exchange(outgoing(uri), "m", window, _ -> {}),
                Thread::startVirtualThread);
    }

    static ProviderRequest outgoing(URI uri) {
        return new ProviderRequest(
                "p",
                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                uri.resolve("/v1/x"),
                Map.of("Authorization", "Bearer secret", "Idempotency-Key", "job"),
                "{}".getBytes(UTF_8));
    }

    static void hang(OutputStream out, Socket connection) throws IOException {
        // Waits until the client disconnects.
        int _ = connection.getInputStream().read();
    }
}
