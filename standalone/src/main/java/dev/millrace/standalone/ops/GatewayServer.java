package dev.millrace.standalone.ops;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.server.ServerSetup;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.usage.UsageApi;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.http.HttpRouting;

/** Serves the gateway: {@link GatewayApi#PATH}, the usage API and the dashboard. */
public final class GatewayServer implements AutoCloseable {
    private final Gateway gateway;
    private final HttpListener listener;

    private GatewayServer(Gateway gateway, HttpListener listener) {
        this.gateway = gateway;
        this.listener = listener;
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
     * @throws UserError when the file store or a certificate file is unusable, or when a configured
     *     address, or every port tried for a default one, cannot be bound
     */
    public static GatewayServer start(BindAddress address, GatewaySettings settings) {
        GatewayConfig config = settings.config().gateway();
        String origin = settings.config().origin();
        // Before anything is started.
        ServerTls tls = ServerTls.open(config.tls(), "gateway.tls in " + origin);
        Gateway gateway;
        try {
            gateway = gateway(settings);
        } catch (RuntimeException e) {
            tls.close();
            throw e;
        }
        var routing = HttpRouting.builder();
        gateway.addTo(routing);
        try {
            return new GatewayServer(
                    gateway,
                    HttpListener.start(
                            address,
                            "gateway.listen",
                            routing,
                            tls,
                            ServerSetup.of(config).limits(settings.meters())));
        } catch (RuntimeException e) {
            gateway.close();
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

    /** Receives a result that a worker of this process has committed. Returns at once. */
    public void onCommitted(String jobId, byte[] line) {
        gateway.onCommitted(jobId, line);
    }

    /** Returns the bound address, with the actual port. */
    public ListenAddress address() {
        return listener.address();
    }

    /** Returns the URL of the dashboard; the APIs are below it. */
    public String rootUrl() {
        return listener.url() + "/";
    }

    /** Returns the base URL for clients of OpenAI and Anthropic. */
    public String url() {
        return listener.url() + GatewayApi.PATH;
    }

    /** Returns the URL of the usage API. */
    public String usageUrl() {
        return listener.url() + UsageApi.PATH;
    }

    /** Returns the health of the gateway. Unusable files of TLS are mentioned. */
    public Health health() {
        return listener.health(gateway.health());
    }

    @Override
    public void close() {
        gateway.stopAccepting();
        listener.close();
        gateway.close();
    }
}
