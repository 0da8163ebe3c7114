package dev.millrace.standalone.ops;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.console.ListenFailure;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.util.function.Consumer;

/** A web server on the configured address, or on the first free port from a default address. */
final class HttpListener implements AutoCloseable {
    /** Maximum number of ports to try for a default address. */
    private static final int MAX_PORTS = 100;

    private final WebServer server;
    private final ListenAddress address;
    private final ServerTls tls;

    private HttpListener(WebServer server, String host, ServerTls tls) {
        this.server = server;
        this.address = new ListenAddress(host, server.port());
        this.tls = tls;
    }

    /**
     * Starts the server.
     *
     * @param key the key that configures the address, for messages about a default address
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    static HttpListener start(BindAddress first, String key, HttpRouting.Builder routing) {
        return start(first, key, routing, ServerTls.NONE, _ -> {});
    }

    /**
     * Starts a server with additional settings.
     *
     * @param tls closed with the server, or when it cannot be started
     * @param setup applies other settings, after TLS
     * @throws UserError as above
     */
    static HttpListener start(
            BindAddress first,
            String key,
            HttpRouting.Builder routing,
            ServerTls tls,
            Consumer<WebServerConfig.Builder> setup) {
        try {
            return listen(first, key, routing, tls, setup);
        } catch (RuntimeException e) {
            tls.close();
            throw e;
        }
    }

    private static HttpListener listen(
            BindAddress first,
            String key,
            HttpRouting.Builder routing,
            ServerTls tls,
            Consumer<WebServerConfig.Builder> setup) {
        BindAddress candidate = first;
        String reason = "";
        for (int tries = 0; tries < MAX_PORTS; tries++) {
            var found = PortProbe.bindFailure(candidate.address());
            if (found.isEmpty()) {
                var server =
                        server(
                                candidate.address(),
                                routing,
                                it -> {
                                    tls.applyTo(it);
                                    setup.accept(it);
                                });
                // Another process has possibly taken the port since the probe.
                if (server.isRunning()) {
                    return new HttpListener(server, candidate.address().host(), tls);
                }
            }
            reason = found.orElse("another process just took the port");
            if (!candidate.mayUseNextPort()) {
                break;
            }
            candidate = candidate.withNextPort();
        }
        throw ListenFailure.of(first.address(), first.setting().orElse(key), reason);
    }

    private static WebServer server(
            ListenAddress address,
            HttpRouting.Builder routing,
            Consumer<WebServerConfig.Builder> setup) {
        var builder =
                WebServer.builder()
                        .host(address.host())
                        .port(address.port())
                        .shutdownHook(false)
                        .routing(routing);
        setup.accept(builder);
        return builder.build().start();
    }

    /** Returns the bound address, with the actual port. */
    ListenAddress address() {
        return address;
    }

    /** Returns the URL of the root. */
    String url() {
        return tls.scheme() + "://" + address;
    }

    /** Returns the health of the served part, and mentions unusable TLS files. */
    Health health(Health served) {
        return tls.problem()
                .map(
                        it ->
                                new Health(
                                        served.live(),
                                        served.ready(),
                                        served.detail()
                                                + "; an earlier certificate is served: "
                                                + it,
                                        served.stoppedPartitions(),
                                        served.stoppedCalls()))
                .orElse(served);
    }

    @Override
    public void close() {
        server.stop();
        tls.close();
    }
}
