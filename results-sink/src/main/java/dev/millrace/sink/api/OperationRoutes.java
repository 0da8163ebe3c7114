package dev.millrace.sink.api;

import dev.millrace.sink.pipeline.PipelineOperations;
import dev.millrace.sink.pipeline.PipelineOperations.Operation;
import dev.millrace.sink.pipeline.PipelineOperations.RefusedException;
import dev.millrace.sink.store.BatchKey;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Changes the pipeline for callers with the role {@code operate}. */
final class OperationRoutes {
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    private final PipelineOperations operations;

    OperationRoutes(PipelineOperations operations) {
        this.operations = operations;
    }

    List<Route> routes() {
        return List.of(
                Route.operation("batches/{id}/cancel", Set.of("tenant"), false, this::cancel),
                Route.operation(
                        "models/{model}/pause",
                        Set.of(),
                        true,
                        call -> apply(call, new Operation.PauseModel(call.path().getFirst()))),
                Route.operation(
                        "models/{model}/resume",
                        Set.of(),
                        true,
                        call -> apply(call, new Operation.ResumeModel(call.path().getFirst()))),
                Route.operation(
                        "policies/{policy}/rollback",
                        Set.of("version"),
                        true,
                        this::rollBack));
    }

    private void cancel(Call call) {
        String tenant =
                call.caller()
                        .tenant(call.parameters().text("tenant"))
                        .orElse(BatchKey.DEFAULT_TENANT);
        apply(call, new Operation.CancelBatch(tenant, call.path().getFirst()));
    }

    private void rollBack(Call call) {
        String version =
                call.parameters()
                        .text("version")
                        .orElseThrow(
                                () ->
                                        ApiError.parameter(
                                                "version",
                                                "version must name the version in force, such as"
                                                        + " v7"));
        apply(call, new Operation.RollBackPolicy(call.path().getFirst(), version));
    }

    private void apply(Call call, Operation operation) {
        requireOwnPage(call.request());
        try {
            String done = operations.apply(operation, call.caller().name());
            call.sendObject(json -> json.writeStringProperty("done", done));
        } catch (RefusedException e) {
            throw ApiError.refused(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Refuses requests that another site's page made. Such a page cannot send JSON without asking
     * first, which this server never answers, and a browser names the page in these headers.
     */
    private static void requireOwnPage(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).matches("application/json( *;.*)?")) {
            throw ApiError.parameter("Content-Type", "send Content-Type: application/json");
        }
        String own = "://" + request.authority();
        boolean foreignOrigin =
                request.headers()
                        .first(HeaderNames.ORIGIN)
                        .filter(it -> !it.equals("http" + own) && !it.equals("https" + own))
                        .isPresent();
        boolean foreignSite =
                request.headers()
                        .first(FETCH_SITE)
                        .filter(it -> !it.equals("same-origin") && !it.equals("none"))
                        .isPresent();
        if (foreignOrigin || foreignSite) {
            throw ApiError.forbidden("only the dashboard's own page may change the pipeline", null);
        }
    }
}
