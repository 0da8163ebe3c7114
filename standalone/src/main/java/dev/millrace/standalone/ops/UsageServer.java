package dev.millrace.standalone.ops;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.SinkConfig;
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
     * Starts the server.
     *
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    public static UsageServer start(BindAddress address, UsageApi.Settings settings) {
        var api = new UsageApi(settings);
        var routing = HttpRouting.builder();
        api.addTo(routing);
        DashboardPage.addTo(routing);
        try {
            return new UsageServer(api, HttpListener.start(address, "sink.listen", routing));
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
        return "http://" + address() + UsageApi.PATH;
    }

    /** Returns the URL of the dashboard. */
    public String dashboardUrl() {
        return "http://" + address() + "/";
    }

    @Override
    public void close() {
        api.endStreams();
        listener.close();
        api.close();
    }
}
