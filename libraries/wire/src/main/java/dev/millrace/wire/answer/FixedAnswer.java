package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import java.time.Instant;

/** Writes an answer that no model gave, in the form of the API of its request. */
public final class FixedAnswer {
    private FixedAnswer() {}

    /**
     * Returns the body of an answer.
     *
     * @param request of an endpoint whose prompts get passages
     * @param text the whole answer
     * @throws IllegalArgumentException for another endpoint
     */
    public static byte[] body(JobId job, RequestLine request, String text, Instant now) {
        if (!request.endpoint().hasMessages()) {
            throw new IllegalArgumentException(request.endpoint().url() + " has no messages");
        }
        return request.endpoint()
                .answer()
                .fixed()
                .formatted(
                        job.value(),
                        now.getEpochSecond(),
                        JsonBytes.quoted(request.model()),
                        JsonBytes.quoted(text))
                .getBytes(UTF_8);
    }
}
