package dev.millrace.gateway.answer;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.Route;
import dev.millrace.gateway.sink.SinkClient;
import dev.millrace.gateway.sink.SinkException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The route that reports the jobs, tokens and costs of a tenant, as the sink has counted them. */
public final class UsageRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(UsageRoutes.class);
    private static final Set<String> FILTERS = Set.of("batch", "model", "provider", "from", "to");
    private static final Set<String> TIMES = Set.of("from", "to");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SinkClient sink;

    /** Creates the route. */
    public UsageRoutes(SinkClient sink) {
        this.sink = sink;
    }

    /** Returns the route {@code GET /v1/usage}. */
    public List<Route> routes() {
        return List.of(Route.get("usage", this::usage));
    }

    private void usage(Exchange exchange) {
        var parameters = new TreeMap<String, String>();
        for (String name : exchange.request().query().names()) {
            if (!FILTERS.contains(name)) {
                throw ApiError.invalid(
                        name,
                        "there is no parameter "
                                + name
                                + "; use batch, model, provider, from or to");
            }
            String value = exchange.request().query().get(name);
            if (TIMES.contains(name)) {
                checkTime(name, value);
            }
            parameters.put(name, value);
        }
        parameters.put("tenant", exchange.caller().tenant());
        exchange.sendJson(read(parameters));
    }

    private byte[] read(Map<String, String> parameters) {
        try {
            return sink.usage(parameters);
        } catch (SinkException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("Usage cannot be read");
            throw ApiError.overloaded(RETRY_AFTER, "the usage cannot be read at present");
        }
    }

    private static void checkTime(String name, String value) {
        try {
            var _ =
                    value.length() == "2026-11-01".length()
                            ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(value);
        } catch (DateTimeException e) {
            throw ApiError.invalid(
                    name,
                    name
                            + " must be a day or a time in UTC, such as 2026-11-01 or 2026-11-01T12:00:00Z");
        }
    }
}
