package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.GatewayConfig;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.server.ServerSettings;
import dev.millrace.gateway.server.ServerSetup;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;

/** Serves the gateway under {@link GatewayApi#PATH}. */
public final class GatewayServer implements AutoCloseable {
    private final Gateway gateway;
    private final HttpListener listener;
    private final ServerSettings applied;
    private final String scheme;

    private GatewayServer(
            Gateway gateway, ServerSettings applied, HttpListener listener, String scheme) {
        this.gateway = gateway;
        this.applied = applied;
        this.listener = listener;
        this.scheme = scheme;
    }

    /** Returns the address of the configuration, or else the default. */
    public static BindAddress address(MillraceConfig config) {
        return config.gateway()
                .listen()
                .map(it -> BindAddress.configured(it, "gateway.listen in " + config.origin()))
                .orElseGet(() -> BindAddress.byDefault(GatewayConfig.DEFAULT_LISTEN));
    }

    /**
     * Starts the gateway and its server.
     *
     * @throws UserError when the store of files cannot be used, or when a configured address, or
     *     every port tried for a default one, cannot be bound
     */
    public static GatewayServer start(BindAddress address, GatewaySettings settings) {
        var setup = ServerSetup.of(settings.config().gateway());
        ServerSettings applied = applied(setup, settings);
        Gateway gateway;
        try {
            gateway = gateway(settings);
        } catch (RuntimeException e) {
            applied.close();
            throw e;
        }
        var routing = HttpRouting.builder();
        gateway.addTo(routing);
        try {
            return new GatewayServer(
                    gateway,
                    applied,
                    HttpListener.start(address, "gateway.listen", routing, applied),
                    setup.scheme());
        } catch (RuntimeException e) {
            gateway.close();
            applied.close();
            throw e;
        }
    }

    private static Gateway gateway(GatewaySettings settings) {
        try {
            return Gateway.start(settings);
        } catch (StorageException e) {
            throw UserError.failure(
                    "%s (gateway.files in %s)"
                            .formatted(e.getMessage(), settings.config().origin()));
        }
    }

    /** Reads the files of TLS before anything is started. */
    private static ServerSettings applied(ServerSetup setup, GatewaySettings settings) {
        try {
            return setup.settings(settings.meters());
        } catch (IOException e) {
            throw UserError.usage(
                    "gateway.tls in " + settings.config().origin() + ": " + e.getMessage());
        }
    }

    /** Returns the bound address, with the actual port. */
    public ListenAddress address() {
        return listener.address();
    }

    /** Returns the base URL for clients. */
    public String url() {
        return scheme + "://" + listener.address() + GatewayApi.PATH;
    }

    /** Returns the health of the gateway. Unusable files of TLS are mentioned. */
    public Health health() {
        Health health = gateway.health();
        return applied.problem()
                .map(
                        it ->
                                new Health(
                                        health.live(),
                                        health.ready(),
                                        health.detail()
                                                + "; an earlier certificate is served: "
                                                + it,
                                        health.stoppedPartitions(),
                                        health.heldCalls()))
                .orElse(health);
    }

    @Override
    public void close() {
        gateway.stopAccepting();
        listener.close();
        applied.close();
        gateway.close();
    }
}
