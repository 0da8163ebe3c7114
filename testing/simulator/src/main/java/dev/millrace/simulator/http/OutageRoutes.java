package dev.millrace.simulator.http;

import dev.millrace.simulator.provider.OutageSchedule;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.yaml.problem.ConfigException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Routes that start and end outages. */
final class OutageRoutes {
    private static final String OUTAGES = "/admin/outages";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final OutageSchedule outages;

    OutageRoutes(OutageSchedule outages) {
        this.outages = outages;
    }

    void add(HttpRouting.Builder routing) {
        routing.post(OUTAGES, this::post);
        routing.delete(OUTAGES, this::delete);
    }

    private void post(ServerRequest request, ServerResponse response) {
        try {
            Outage outage = Outage.parse(JsonHttp.text(request));
            JsonHttp.send(response, OK, outage.toJson());
            outages.add(outage);
        } catch (ConfigException invalid) {
            JsonHttp.sendProblems(response, BAD_REQUEST, invalid.problems());
        }
    }

    private void delete(ServerRequest request, ServerResponse response) {
        outages.clear();
        JsonHttp.send(response, OK, JsonHttp.ok());
    }
}
