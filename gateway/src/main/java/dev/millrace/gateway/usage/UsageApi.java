package dev.millrace.gateway.usage;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Authenticator;
import dev.millrace.gateway.http.GatewayApi.Surface;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.results.batch.BatchStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The routes of the usage API. */
public final class UsageApi {
    public static final String PATH = "/api/v1";

    /** Path of the API, and the role that may use it. */
    public static final Surface SURFACE = new Surface(PATH, KeyRole.READ);

    private final EventRoutes events;
    private final CostRoutes costs;
    private final List<ApiRoute> routes;

    /**
     * The data and operations of the API besides the database.
     *
     * @param models the models of the catalog
     * @param state reads the state of the pipeline
     * @param operations changes the pipeline
     * @param waits finds out why jobs wait
     * @param clock the present time, for estimates of the ends of batches
     * @param nanoTicker ticker for durations
     */
    public record Parts(
            List<Model> models,
            StateSource state,
            PipelineOperations operations,
            JobWaits waits,
            InstantSource clock,
            LongSupplier nanoTicker) {
        public Parts {
            models = List.copyOf(models);
        }

        /** Returns why jobs of a batch wait. */
        private List<Waiting> waits(BatchStatus batch) {
            return ControlWaits.Scope.ofUnfinished(batch).map(waits::of).orElse(List.of());
        }
    }

    /** Creates an API that uses database connections when requests need them. */
    public UsageApi(Connections connections, StoredResults results, Parts parts) {
        events = new EventRoutes(connections, parts, parts::waits);
        costs = new CostRoutes(connections);
        routes =
                Stream.of(
                                events.routes(),
                                new StoredBatchRoutes(connections, results, parts, parts::waits)
                                        .routes(),
                                costs.routes(),
                                new OperationRoutes(parts.operations(), connections, parts.clock())
                                        .routes(),
                                new DeadLetterRoutes(connections).routes(),
                                new PipelineRoutes(parts.models(), parts.state()).routes())
                        .flatMap(List::stream)
                        .toList();
    }

    /** Returns what identifies the callers of this API, with its own codes of errors. */
    public static Authenticator callers(Authenticator authenticator) {
        return request -> {
            try {
                return authenticator.authenticate(request);
            } catch (ApiError e) {
                throw UsageErrors.named(e);
            }
        };
    }

    /** Returns all routes below {@link #PATH}. */
    public List<HttpRoute> routes() {
        return routes.stream().map(ApiRoute::toRoute).toList();
    }

    /** Returns all routes, for the test of their description. */
    List<ApiRoute> described() {
        return routes;
    }

    /** Returns the route with which clients of {@code /v1} read the usage of their tenant. */
    public HttpRoute ownUsage() {
        return costs.ownUsage();
    }

    /** Ends the streams of events; call before the web server stops. */
    public void endStreams() {
        events.stop();
    }
}
