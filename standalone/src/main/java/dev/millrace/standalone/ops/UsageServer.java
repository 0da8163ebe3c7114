package dev.millrace.standalone.ops;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.dashboard.DashboardPage;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.LocalCallers;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.gateway.server.ServerSetup;
import dev.millrace.gateway.usage.UsageApi;
import dev.millrace.standalone.client.ControlStates;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Serves the usage API and the dashboard of a batch run, which has no gateway, to this machine. */
public final class UsageServer implements AutoCloseable {
    private final ControlStates control;
    private final Connections connections;
    private final UsageApi api;
    private final HttpListener listener;

    private UsageServer(
            ControlStates control, Connections connections, UsageApi api, HttpListener listener) {
        this.control = control;
        this.connections = connections;
        this.api = api;
        this.listener = listener;
    }

    /**
     * Starts the server.
     *
     * @param pipeline data and operations of the API
     * @param heap share of the heap that the server may use
     * @param nanoTicker ticker for durations
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    public static UsageServer start(
            BindAddress address,
            MillraceConfig config,
            GatewaySettings.Pipeline pipeline,
            HeapShare heap,
            InstantSource clock,
            LongSupplier nanoTicker) {
        var control = new ControlStates(config);
        var connections = new Connections(pipeline.jdbcUrl(), Connections.QUERY_TIME, heap);
        var api =
                new UsageApi(
                        connections,
                        new DatabaseResults(connections, clock),
                        new UsageApi.Parts(
                                config.modelsInService(),
                                pipeline.state(),
                                pipeline.operations(),
                                JobWaits.of(control, config.catalog(), clock),
                                clock,
                                nanoTicker));
        var routing = HttpRouting.builder();
        var requests = new AtomicLong();
        GatewayApi.withoutBodies(
                        UsageApi.SURFACE,
                        api.routes(),
                        UsageApi.callers(new LocalCallers(CorsRules.NONE)),
                        () -> "req_" + requests.incrementAndGet())
                .addTo(routing);
        DashboardPage.addTo(routing);
        try {
            return new UsageServer(
                    control,
                    connections,
                    api,
                    HttpListener.start(
                            address,
                            "gateway.listen",
                            routing,
                            ServerTls.NONE,
                            ServerSetup.of(config.gateway()).limits(new CompositeMeterRegistry())));
        } catch (RuntimeException e) {
            control.close();
            connections.close();
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

    public String dashboardUrl() {
        return listener.url() + "/";
    }

    @Override
    public void close() {
        api.endStreams();
        listener.close();
        control.close();
        connections.close();
    }
}
