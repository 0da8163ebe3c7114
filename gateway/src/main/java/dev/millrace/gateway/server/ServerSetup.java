package dev.millrace.gateway.server;

import dev.millrace.contracts.config.GatewayConfig;
import dev.millrace.gateway.connection.ConnectionLimit;
import dev.millrace.gateway.connection.WatchedConnectionSelector;
import dev.millrace.gateway.encoding.UndecodedContent;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The settings of the gateway's web server.
 *
 * @param config has the limits
 * @param read longest wait for the next bytes of a client: of a request, or of the next request on
 *     the connection
 * @param headers longest time for the headers of a request in all
 */
public record ServerSetup(GatewayConfig config, Duration read, Duration headers) {
    /** Enough for the longest keys and ids; the path has its own limit. */
    private static final int MAX_HEADERS_BYTES = 32 << 10;

    private static final int MAX_PROLOGUE_BYTES = 8 << 10;

    /**
     * Connections that are refused at once. Helidon accepts no further ones until one of them, or
     * of the others, has ended.
     */
    private static final int MAX_REFUSALS = 256;

    private static final String PREFIX = "millrace.gateway.";

    /** How often the server looks for connections whose first line takes too long. */
    private static final Duration IDLE_PERIOD = Duration.ofSeconds(10);

    /** A stop waits this much longer than a client: running answers end, and are sent. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(15);

    private static final Duration IDLE = Duration.ofMinutes(5);

    /** Returns the setup of a configuration. */
    public static ServerSetup of(GatewayConfig config) {
        return new ServerSetup(config, Duration.ofSeconds(90), Duration.ofSeconds(15));
    }

    /**
     * Returns what applies the limits to a web server.
     *
     * @param meters registry of the metrics of connections
     */
    public Consumer<WebServerConfig.Builder> limits(MeterRegistry meters) {
        var connections =
                new ConnectionLimit(config.limits().connections(), RefusedRequest::answer);
        register(meters, connections);
        return server -> applyLimits(server, connections);
    }

    private static void register(MeterRegistry meters, ConnectionLimit connections) {
        Gauge.builder(PREFIX + "connections", connections::open)
                .description("Connections of clients")
                .register(meters);
        Gauge.builder(PREFIX + "connections.limit", connections::max)
                .description("The most connections at once")
                .register(meters);
        FunctionCounter.builder(PREFIX + "connections.refused", connections, it -> it.refused())
                .description("Connections that were refused because there were too many")
                .register(meters);
    }

    private void applyLimits(WebServerConfig.Builder server, ConnectionLimit connections) {
        Http1Config http =
                Http1Config.builder()
                        .maxHeadersSize(MAX_HEADERS_BYTES)
                        .maxPrologueLength(MAX_PROLOGUE_BYTES)
                        .validateRequestHeaders(true)
                        .validatePrologue(true)
                        // Otherwise the body of a refused request, which its client may send
                        // unasked, would pass for the next request.
                        .continueImmediately(true)
                        .addReceiveListener(new HeaderDeadline(headers))
                        .build();
        // With NIO, Helidon would look up the host name of each client of TLS.
        server.useNio(false)
                .connectionOptions(it -> it.tcpNoDelay(true))
                .maxTcpConnections(connections.max() + MAX_REFUSALS)
                .shutdownGracePeriod(config.timeout().plus(STOP_GRACE))
                .idleConnectionTimeout(IDLE)
                .idleConnectionPeriod(IDLE_PERIOD)
                .directHandlers(DirectErrors.handlers())
                .contentEncoding(new UndecodedContent())
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new WatchedConnectionSelector(http, read, connections));
    }
}
