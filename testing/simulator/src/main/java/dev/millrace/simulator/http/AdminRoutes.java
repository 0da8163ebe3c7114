package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.provider.Provider;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.yaml.problem.ConfigException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** Routes for tests and operators: model behaviour, the ledger and health. */
final class AdminRoutes {
    private static final String MODELS = "/admin/models/";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final Provider provider;
    private final CallLog ledger;

    AdminRoutes(Provider provider, CallLog ledger) {
        this.provider = provider;
        this.ledger = ledger;
    }

    void add(HttpRouting.Builder routing) {
        routing.get("/health", (_, response) -> JsonHttp.send(response, OK, JsonHttp.ok()));
        routing.get(MODELS + "*", this::getModel);
        routing.put(MODELS + "*", this::putModel);
        routing.delete(MODELS + "*", this::deleteModel);
        routing.get("/admin/ledger", new CallLogHandler(ledger)::handle);
        routing.get(
                "/admin/ledger/summary",
                (_, response) -> JsonHttp.send(response, OK, ledger.summary().toJson()));
        routing.delete("/admin/ledger", this::clearLedger);
        routing.get(
                "/admin/statistics",
                (_, response) ->
                        JsonHttp.send(response, OK, provider.traffic().summary().toJson()));
        routing.any(
                "/*",
                (request, response) ->
                        JsonHttp.sendProblem(
                                response, NOT_FOUND, "no such path: " + request.path().path()));
    }

    private void getModel(ServerRequest request, ServerResponse response) {
        ModelSettings own = provider.models().settings().get(model(request));
        JsonHttp.send(response, OK, (own == null ? provider.models().any() : own).toJson());
    }

    private void putModel(ServerRequest request, ServerResponse response) {
        try {
            String body = new String(JsonHttp.body(request), StandardCharsets.UTF_8);
            String model = model(request);
            ModelSettings base =
                    model.equals(SimulatorSettings.ANY_MODEL)
                            ? ModelSettings.DEFAULT
                            : provider.models().any();
            ModelSettings changed = ModelSettings.parse(body, base);
            provider.models().put(model, changed);
            JsonHttp.send(response, OK, changed.toJson());
        } catch (ConfigException invalid) {
            JsonHttp.sendProblems(response, BAD_REQUEST, invalid.problems());
        }
    }

    private void deleteModel(ServerRequest request, ServerResponse response) {
        provider.models().remove(model(request));
        JsonHttp.send(response, OK, JsonHttp.ok());
    }

    private void clearLedger(ServerRequest request, ServerResponse response) {
        ledger.clear();
        provider.models().resetFailFirst();
        provider.traffic().reset();
        JsonHttp.send(response, OK, JsonHttp.ok());
    }

    /**
     * Returns the path after the prefix, since names such as {@code deepseek/chat} have slashes.
     */
    private static String model(ServerRequest request) {
        return request.path().path().substring(MODELS.length());
    }
}
