package dev.millrace.gateway.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets the scripts of configured origins read answers (the CORS protocol of the Fetch standard).
 * Credentials of a browser, such as cookies, are never allowed: the gateway has none, and a key is
 * sent in a header that a preflight permits. Immutable.
 *
 * @param origins such as {@code https://app.example.com}; empty for none
 */
public record CorsRules(Set<String> origins) {
    /** No page of another origin may read answers. */
    public static final CorsRules NONE = new CorsRules(Set.of());

    private static final HeaderName REQUESTED_METHOD =
            HeaderNames.create("Access-Control-Request-Method");
    private static final HeaderName REQUESTED_HEADERS =
            HeaderNames.create("Access-Control-Request-Headers");
    private static final String METHODS = "GET, HEAD, POST, DELETE";

    /** Headers that scripts can read in addition to the headers that are always readable. */
    private static final String EXPOSED =
            String.join(
                    ", ",
                    List.of(
                            "X-Request-ID",
                            "request-id",
                            "Retry-After",
                            "x-should-retry",
                            "X-Millrace-Job",
                            "X-Millrace-Model",
                            "X-Millrace-Provider",
                            "X-Millrace-Cache",
                            "X-Millrace-Cost",
                            "X-Millrace-Attempts",
                            "X-Millrace-Omitted",
                            "x-ratelimit-limit-requests",
                            "x-ratelimit-remaining-requests",
                            "x-ratelimit-reset-requests",
                            "x-ratelimit-limit-tokens",
                            "x-ratelimit-remaining-tokens",
                            "x-ratelimit-reset-tokens",
                            "anthropic-ratelimit-requests-limit",
                            "anthropic-ratelimit-requests-remaining",
                            "anthropic-ratelimit-requests-reset",
                            "anthropic-ratelimit-tokens-limit",
                            "anthropic-ratelimit-tokens-remaining",
                            "anthropic-ratelimit-tokens-reset"));

    /** Time for which browsers may cache the answer to a preflight, in seconds. */
    private static final String MAX_AGE = "600";

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}");

    public CorsRules {
        origins = Set.copyOf(origins);
    }

    /**
     * Adds the headers that let a script of an allowed origin read the answer.
     *
     * @return true if the request was the preflight of such a script and is now answered
     */
    public boolean apply(ServerRequest request, ServerResponse response) {
        if (origins.isEmpty()) {
            return false;
        }
        response.header(HeaderNames.VARY, "Origin");
        Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
        if (origin.filter(origins::contains).isEmpty()) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin.get());
        if (request.prologue().method().equals(Method.OPTIONS)
                && request.headers().contains(REQUESTED_METHOD)) {
            answerPreflight(request, response);
            return true;
        }
        response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        return false;
    }

    private static void answerPreflight(ServerRequest request, ServerResponse response) {
        response.headers()
                .set(
                        HeaderNames.VARY,
                        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .header(HeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        request.headers()
                .first(REQUESTED_HEADERS)
                .filter(it -> NAMES.matcher(it).matches())
                .ifPresent(it -> response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, it));
        response.status(Status.NO_CONTENT_204).send();
    }
}
