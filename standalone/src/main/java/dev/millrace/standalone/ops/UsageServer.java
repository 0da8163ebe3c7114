package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.SinkConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.sink.api.UsageApi;
import dev.millrace.sink.dashboard.DashboardPage;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.http.HttpRouting;

/** Serves the usage API of the sink under {@link UsageApi#PATH}, and the dashboard at the root. */
public final class UsageServer implements AutoCloseable {
    private final UsageApi api;
    private final HttpListener listener;

    private UsageServer(UsageApi api, HttpListener listener) {
        this.api = api;
        this.listener = listener;
    }

    /** Returns the address of the configuration, or else the default. */
    public static BindAddress address(MillraceConfig config) {
        return config.sink()
                .listen()
                .map(it -> BindAddress.configured(it, "sink.listen in " + config.origin()))
                .orElseGet(() -> BindAddress.byDefault(SinkConfig.DEFAULT_LISTEN));
    }

    /**
     * Starts the server of a configuration, with its address and certificate.
     *
     * @throws UserError when a file of the certificate cannot be used, or as below
     */
    public static UsageServer start(MillraceConfig config, UsageApi.Settings settings) {
        return start(
                address(config),
                ServerTls.open(config.sink().tls(), "sink.tls in " + config.origin()),
                settings);
    }

    /**
     * Starts the server without TLS.
     *
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    public static UsageServer start(BindAddress address, UsageApi.Settings settings) {
        return start(address, ServerTls.NONE, settings);
    }

    private static UsageServer start(
            BindAddress address, ServerTls tls, UsageApi.Settings settings) {
        var api = new UsageApi(settings);
        var routing = HttpRouting.builder();
        api.addTo(routing);
        DashboardPage.addTo(routing);
        try {
            return new UsageServer(
                    api, HttpListener.start(address, "sink.listen", routing, tls, _ -> {}));
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }

    /** Returns the bound address, with the actual port. */
    public ListenAddress address() {
        return listener.address();
    }

    /** Returns the URL of the API. */
    public String url() {
        return listener.url() + UsageApi.PATH;
    }

    /** Returns the URL of the dashboard. */
    public String dashboardUrl() {
        return listener.url() + "/";
    }

    /** Returns the health of the sink. Unusable files of TLS are mentioned. */
    public Health health(Health sink) {
        return listener.health(sink);
    }

    @Override
    public void close() {
        api.endStreams();
        listener.close();
        api.close();
    }
}
