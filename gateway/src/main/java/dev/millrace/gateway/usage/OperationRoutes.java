package dev.millrace.gateway.usage;

import dev.millrace.gateway.http.LocalRequests;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.usage.PipelineOperations.Operation;
import dev.millrace.gateway.usage.PipelineOperations.RefusedException;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Changes the pipeline for callers with the role {@code operate}. */
final class OperationRoutes {
    /** A change opens Kafka clients and reads the whole control topic. */
    private static final int MAX_CHANGES = 2;

    private final PipelineOperations operations;
    private final Connections connections;
    private final InstantSource clock;
    private final Semaphore changes = new Semaphore(MAX_CHANGES);

    OperationRoutes(PipelineOperations operations, Connections connections, InstantSource clock) {
        this.operations = operations;
        this.connections = connections;
        this.clock = clock;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.operation("batches/{id}/cancel", Set.of("tenant"), false, this::cancel),
                ApiRoute.operation(
                        "models/{model}/pause",
                        Set.of(),
                        true,
                        call -> apply(call, new Operation.PauseModel(call.path().getFirst()))),
                ApiRoute.operation(
                        "models/{model}/resume",
                        Set.of(),
                        true,
                        call -> apply(call, new Operation.ResumeModel(call.path().getFirst()))),
                ApiRoute.operation(
                        "policies/{policy}/rollback", Set.of("version"), true, this::rollBack));
    }

    private void cancel(UsageCall call) throws IOException {
        String tenant = call.tenant().orElse(BatchKey.DEFAULT_TENANT);
        var key = new BatchKey(tenant, call.path().getFirst());
        if (call.caller().readable().isPresent()) {
            requireKnown(key);
        }
        apply(call, new Operation.CancelBatch(key.tenant(), key.batch()));
    }

    /** Keeps a key of one tenant from filling the control topic with names that it invents. */
    private void requireKnown(BatchKey key) throws IOException {
        if (!connections.query(runner -> new BatchReader(runner, clock.instant()).exists(key))) {
            throw StoredBatchRoutes.noBatch(key);
        }
    }

    private void rollBack(UsageCall call) {
        String version =
                call.parameters()
                        .text("version")
                        .orElseThrow(
                                () ->
                                        UsageErrors.parameter(
                                                "version",
                                                "version must name the version in force, such as"
                                                        + " v7"));
        apply(call, new Operation.RollBackPolicy(call.path().getFirst(), version));
    }

    private void apply(UsageCall call, Operation operation) {
        requireOwnPage(call.exchange().request());
        if (!changes.tryAcquire()) {
            throw UsageErrors.unavailable("too many changes at once; try again later");
        }
        try {
            String done = operations.apply(operation, call.caller().name());
            call.sendObject(json -> json.writeStringProperty("done", done));
        } catch (RefusedException e) {
            throw UsageErrors.refused(String.valueOf(e.getMessage()));
        } finally {
            changes.release();
        }
    }

    /**
     * Refuses requests that another site's page made. Such a page cannot send JSON without asking
     * first, which this server never answers, and a browser names the page in these headers.
     */
    private static void requireOwnPage(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).matches("application/json( *;.*)?")) {
            throw UsageErrors.parameter("Content-Type", "send Content-Type: application/json");
        }
        if (LocalRequests.isForeignPage(
                request.authority(),
                name -> request.headers().first(HeaderNames.create(name)),
                Set.of())) {
            throw UsageErrors.forbidden("only the dashboard's own page may change the pipeline");
        }
    }
}
