package dev.millrace.gateway.http;

import io.helidon.http.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A method and path of the API, and the handler of their requests.
 *
 * @param template segments below the path of its API, such as {@code /v1/}; a segment in braces
 *     matches any value
 */
public record HttpRoute(Method method, String template, Handler handler) {

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers a request.
         *
         * @throws ApiError to answer with an error
         * @throws IOException if the connection is lost
         * @throws InterruptedException if the server is stopping
         */
        void handle(Exchange exchange) throws IOException, InterruptedException;
    }

    /** Creates the route of GET requests. */
    public static HttpRoute get(String template, Handler handler) {
        return new HttpRoute(Method.GET, template, handler);
    }

    /** Creates the route of POST requests. */
    public static HttpRoute post(String template, Handler handler) {
        return new HttpRoute(Method.POST, template, handler);
    }

    /** Creates the route of DELETE requests. */
    public static HttpRoute delete(String template, Handler handler) {
        return new HttpRoute(Method.DELETE, template, handler);
    }

    /** Returns true if the handler answers requests of a method: HEAD is answered as GET is. */
    boolean answers(Method requested) {
        return requested.equals(method)
                || (requested.equals(Method.HEAD) && method.equals(Method.GET));
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
