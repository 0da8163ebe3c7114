package dev.millrace.sink.api;

import io.helidon.http.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A path of the API and the handler of its requests.
 *
 * @param template segments below {@code /api/v1/}; a segment in braces stands for any value
 * @param parameters names of the allowed query parameters
 * @param needsAllTenants true if only callers who may read the data of all tenants are answered
 * @param isOperation true for a POST that needs the role {@code operate}, false for a GET
 */
record Route(
        String template,
        Set<String> parameters,
        boolean needsAllTenants,
        boolean isOperation,
        Handler handler) {

    /** Answers a request. */
    interface Handler {
        void handle(Call call) throws IOException;
    }

    static Route of(String template, Set<String> parameters, Handler handler) {
        return new Route(template, parameters, false, false, handler);
    }

    /** Creates the route of a POST that changes the pipeline. */
    static Route operation(
            String template, Set<String> parameters, boolean needsAllTenants, Handler handler) {
        return new Route(template, parameters, needsAllTenants, true, handler);
    }

    /** Returns the method of the requests that the handler answers. */
    Method method() {
        return isOperation ? Method.POST : Method.GET;
    }

    /** Returns true if the handler answers requests of a method: HEAD is answered as GET is. */
    boolean answers(Method requested) {
        return requested.equals(method()) || (!isOperation && requested.equals(Method.HEAD));
    }

    /** Returns the methods that the handler answers, as a value of {@code Allow}. */
    String allowed() {
        return isOperation ? Method.POST.text() : Method.GET.text() + ", " + Method.HEAD.text();
    }

    /** Returns the values of the segments in braces if the path matches. */
    Optional<List<String>> match(List<String> path) {
        List<String> segments = List.of(template.split("/", -1));
        if (segments.size() != path.size()) {
            return Optional.empty();
        }
        var values = new ArrayList<String>();
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).startsWith("{")) {
                values.add(path.get(i));
            } else if (!segments.get(i).equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
