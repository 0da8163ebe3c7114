package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.provider.Provider;
import dev.millrace.simulator.provider.TimeAndRandom;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WireError;
import dev.millrace.simulator.wire.WireFormat;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** The web server of a simulated provider. */
public final class SimulatorServer implements AutoCloseable {
    private static final long MAX_BODY_BYTES = 32L * 1024 * 1024;
    private static final int BACKLOG = 8_192;

    /** Idle timeout of connections, longer than the longest hang. */
    private static final Duration IDLE_TIMEOUT = Duration.ofHours(25);

    /** Longest wait for calls to end at shutdown; they end within milliseconds. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

    private final Provider provider;
    private final CallLog ledger;
    private final TimeAndRandom sources;
    private final ListeningPort port;
    private final OutageSwitch outages;
    private volatile InFlightCalls inFlight = new InFlightCalls();

    /**
     * Starts listening.
     *
     * @param address address to listen on; port 0 = any free port
     * @throws UncheckedIOException when the address cannot be bound, for example because the port
     *     is in use
     */
    public SimulatorServer(
            InetSocketAddress address, Provider provider, CallLog ledger, TimeAndRandom sources) {
        this.provider = provider;
        this.ledger = ledger;
        this.sources = sources;
        this.port = new ListeningPort(address, this::server);
        this.outages = new OutageSwitch(provider.outages(), this::refuse, this::serve);
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return port.number();
    }

    /** Stops at once. Calls in flight are dropped and recorded as dropped. */
    @Override
    public void close() {
        outages.close();
        inFlight.stop();
        port.close();
        inFlight.awaitDrained(SHUTDOWN_TIMEOUT);
    }

    /** Drops the calls in flight and refuses connections. */
    private void refuse() {
        inFlight.stop();
        port.refuse();
        inFlight.awaitDrained(SHUTDOWN_TIMEOUT);
    }

    private void serve() {
        inFlight = new InFlightCalls();
        port.serve();
    }

    private WebServer server(InetSocketAddress address) {
        HttpRouting.Builder routing = HttpRouting.builder();
        new ProviderRoutes(provider, ledger, sources.ticker(), inFlight).add(routing);
        new OutageRoutes(provider.outages()).add(routing);
        new AccountRoutes(provider.accounts()).add(routing);
        new AdminRoutes(provider, ledger).add(routing);
        return WebServer.builder()
                .bindAddress(address)
                .routing(routing)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .concurrencyLimitDiscoverServices(false)
                .addConnectionSelector(new ClientConnectionSelector())
                .directHandlers(directHandlers())
                .connectionOptions(options -> options.tcpNoDelay(true))
                .backlog(BACKLOG)
                .maxPayloadSize(MAX_BODY_BYTES)
                .idleConnectionTimeout(IDLE_TIMEOUT)
                .shutdownGracePeriod(Duration.ZERO)
                .build();
    }

    /**
     * Returns handlers that answer errors of the HTTP layer, such as a body above the limit, in the
     * providers' format.
     */
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(
                    type, (request, _, status, headers, _) -> error(request, status, headers));
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse error(
            DirectHandler.TransportRequest request, Status status, ServerResponseHeaders headers) {
        WireFormat wire =
                request.path().startsWith("/v1/messages")
                        ? WireFormat.ANTHROPIC
                        : WireFormat.OPENAI;
        WireError kind =
                status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413_CODE
                        ? WireError.TOO_LARGE
                        : WireError.INVALID_REQUEST;
        ProviderError error = new ProviderError(kind, status.code(), status.reasonPhrase(), null);
        CallId id = new CallId(0, Instant.EPOCH);
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .keepAlive(false)
                .entity(error.body(wire, id).toString().getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
