package dev.millrace.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Locale;

/** Writes the answer to a request of a connection above {@code gateway.limits.connections}. */
final class RefusedRequest {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private RefusedRequest() {}

    /**
     * Returns the whole answer.
     *
     * @param head first line and headers of the request, perhaps malformed
     */
    static byte[] answer(String head) {
        String[] line = head.lines().findFirst().orElse("").split(" ", -1);
        boolean isAnthropic = head.toLowerCase(Locale.ROOT).contains("\nanthropic-version:");
        ApiStyle style = DirectErrors.style(line.length > 1 ? line[1] : "", isAnthropic);
        byte[] body =
                style.body(
                        ApiError.overloaded(
                                RETRY_AFTER,
                                "this gateway has as many connections as it may have"
                                        + " (gateway.limits.connections); try again shortly"),
                        DirectErrors.NO_ID);
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(
                """
                HTTP/1.1 503 Service Unavailable\r
                Content-Type: application/json\r
                Content-Length: %d\r
                Retry-After: %d\r
                Connection: close\r
                \r
                """
                        .formatted(body.length, RETRY_AFTER.toSeconds())
                        .getBytes(ISO_8859_1));
        answer.writeBytes(body);
        return answer.toByteArray();
    }
}
