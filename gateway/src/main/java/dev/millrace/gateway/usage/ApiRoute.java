package dev.millrace.gateway.usage;

import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.results.ResultsUnavailableException;
import io.helidon.http.Method;
import java.io.IOException;
import java.util.Set;

/**
 * A path of the usage API and the handler of its requests.
 *
 * @param template segments below {@code /api/v1/}; a segment in braces matches any value
 * @param parameters names of the allowed query parameters
 * @param needsAllTenants true if the caller needs the right to read all tenants' data
 * @param isOperation true for a POST that needs the role {@code operate}, false for a GET
 */
record ApiRoute(
        String template,
        Set<String> parameters,
        boolean needsAllTenants,
        boolean isOperation,
        Handler handler) {

    /** Answers a request. */
    interface Handler {
        void handle(UsageCall call) throws IOException;
    }

    static ApiRoute of(String template, Set<String> parameters, Handler handler) {
        return new ApiRoute(template, parameters, false, false, handler);
    }

    /** Creates the route of a POST that changes the pipeline. */
    static ApiRoute operation(
            String template, Set<String> parameters, boolean needsAllTenants, Handler handler) {
        return new ApiRoute(template, parameters, needsAllTenants, true, handler);
    }

    /** Returns the route of a web server. */
    HttpRoute toRoute() {
        return new HttpRoute(isOperation ? Method.POST : Method.GET, template, this::handle);
    }

    private void handle(Exchange exchange) throws IOException {
        if (isOperation && !exchange.caller().rights().permits(KeyRole.OPERATE)) {
            throw UsageErrors.forbidden("this path needs a key with the role operate");
        }
        if (needsAllTenants && exchange.caller().readable().isPresent()) {
            throw UsageErrors.forbidden("this path needs a key for all tenants");
        }
        var parameters = new Parameters(exchange.request().query(), this.parameters);
        try {
            handler.handle(new UsageCall(exchange, parameters));
        } catch (ResultsUnavailableException e) {
            if (exchange.response().bytesWritten() > 0) {
                throw e;
            }
            throw UsageErrors.of(e);
        }
    }
}
