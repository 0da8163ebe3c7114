package dev.millrace.gateway.http;

import io.helidon.http.Method;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Refuses work while the disk of a broker in this process is almost full, so that the results of
 * accepted jobs still fit. Still answers reads, estimates and cancellations.
 *
 * @param hasRoom returns true if the disk has room for further jobs; called from any thread
 */
public record BrokerRoom(BooleanSupplier hasRoom) {
    /** The reason for refusing work. */
    public static final String FULL =
            "the disk of the broker is almost full: jobs, batches and files are refused until there"
                    + " is room; jobs that were accepted continue";

    /** Last segments of POST requests that bring no jobs. */
    private static final Set<String> WITHOUT_JOBS = Set.of("cancel", "estimate", "count_tokens");

    /** Returns the routes. A route that brings work answers only while there is room. */
    public List<HttpRoute> guard(List<HttpRoute> routes) {
        return routes.stream().map(it -> bringsWork(it) ? guarded(it) : it).toList();
    }

    private static boolean bringsWork(HttpRoute route) {
        String last = route.template().substring(route.template().lastIndexOf('/') + 1);
        return route.method().equals(Method.POST) && !WITHOUT_JOBS.contains(last);
    }

    private HttpRoute guarded(HttpRoute route) {
        return new HttpRoute(
                route.method(),
                route.template(),
                exchange -> {
                    if (!hasRoom.getAsBoolean()) {
                        throw ApiError.diskFull(FULL);
                    }
                    route.handler().handle(exchange);
                });
    }
}
