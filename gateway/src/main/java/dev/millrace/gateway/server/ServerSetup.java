package dev.millrace.gateway.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.configuration.GatewayConfig;
import dev.millrace.gateway.connection.ConnectionLimit;
import dev.millrace.gateway.connection.TlsHandshakes;
import dev.millrace.gateway.connection.WatchedConnectionSelector;
import dev.millrace.gateway.http.UndecodedContent;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of the gateway's web server.
 *
 * @param config has the limits
 * @param read longest wait for a client: for the next bytes of a request, for the next request on
 *     the connection, and for reading 32 KiB of an answer
 * @param headers longest total time for the headers of a request, and for a TLS handshake
 */
public record ServerSetup(GatewayConfig config, Duration read, Duration headers) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSetup.class);

    /** Enough for the longest keys and ids; the path has its own limit. */
    private static final int MAX_HEADERS_BYTES = 32 << 10;

    private static final int MAX_PROLOGUE_BYTES = 8 << 10;

    /**
     * Number of refused connections that are answered at once. At this number, Helidon accepts no
     * more connections until one has ended, refused or not.
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
     * Returns what applies the limits to a web server, after its TLS.
     *
     * @param meters registry of the metrics of connections
     */
    public Consumer<WebServerConfig.Builder> limits(MeterRegistry meters) {
        var connections =
                new ConnectionLimit(
                        connections(config.limits().connections(), maxOpenFiles()),
                        RefusedRequest::answer);
        register(meters, connections);
        return server -> applyLimits(server, connections);
    }

    /**
     * Returns the maximum number of connections: at most half of the files that the process can
     * open. A process that runs out of files never accepts a connection again, and its broker, if
     * any, stops.
     */
    static int connections(int configured, long maxOpenFiles) {
        long fitting = Math.max(1, maxOpenFiles / 2 - MAX_REFUSALS);
        if (configured <= fitting) {
            return configured;
        }
        LOG.atInfo()
                .addKeyValue("configured", configured)
                .addKeyValue("connections", fitting)
                .addKeyValue("open_files", maxOpenFiles)
                .log("gateway.limits.connections is reduced to the limit of open files");
        return (int) fitting;
    }

    /** Returns the files that this process may open at once, if the system has such a limit. */
    private static long maxOpenFiles() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
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
        FunctionCounter.builder(PREFIX + "connections.displaced", connections, it -> it.displaced())
                .description("Silent connections that were closed for new ones")
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
        var handshakes = new TlsHandshakes(connections, read, headers);
        server.tls()
                .ifPresent(
                        it ->
                                server.tls(
                                        Tls.builder()
                                                .sslContext(handshakes.limited(it.sslContext()))
                                                .sslParameters(it.sslParameters())
                                                .build()));
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
                .addConnectionSelector(
                        new WatchedConnectionSelector(http, read, connections, handshakes));
    }
}
