package dev.millrace.gateway.http;

import io.helidon.http.Method;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Explains a path without a route. A client with a wrong base URL repeats parts of the path, omits
 * {@code /v1}, or adds a slash or segments of another provider; the end of its path is right.
 */
final class WrongPath {
    /** Above the longest path of the API with the longest id. */
    private static final int MAX_SHOWN_CHARS = 200;

    private WrongPath() {}

    /**
     * Returns the error, with the right path if the end of the path shows it.
     *
     * @param sent the path as the client has sent it
     * @param base the path of the API, such as {@code /v1}
     */
    static ApiError error(Method method, String sent, String base, List<HttpRoute> routes) {
        String shown =
                sent.length() > MAX_SHOWN_CHARS ? sent.substring(0, MAX_SHOWN_CHARS) + "…" : sent;
        String advice =
                right(method, sent, routes)
                        .map(it -> "use " + base + "/" + it)
                        .orElse("the paths of this API begin with " + base + "/");
        return ApiError.notFound(
                "there is no path %s; %s (the base URL of a client ends in %s)"
                        .formatted(shown, advice, base));
    }

    /** Returns the longest end of a path that is a route; a route of the method comes first. */
    private static Optional<String> right(Method method, String sent, List<HttpRoute> routes) {
        List<String> segments = Stream.of(sent.split("/")).filter(it -> !it.isEmpty()).toList();
        return longest(segments, routes, it -> it.answers(method))
                .or(() -> longest(segments, routes, it -> !it.template().contains("{")));
    }

    private static Optional<String> longest(
            List<String> segments, List<HttpRoute> routes, Predicate<HttpRoute> filter) {
        return IntStream.range(0, segments.size())
                .mapToObj(it -> segments.subList(it, segments.size()))
                .filter(
                        end ->
                                routes.stream()
                                        .filter(filter)
                                        .anyMatch(it -> it.match(end).isPresent()))
                .findFirst()
                .map(it -> String.join("/", it));
    }
}
