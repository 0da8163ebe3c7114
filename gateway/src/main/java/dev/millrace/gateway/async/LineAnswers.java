package dev.millrace.gateway.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/** Answers a request of many lines. Each answer waits until Kafka has acknowledged the jobs. */
final class LineAnswers {
    private LineAnswers() {}

    /** Returns true if no line became a job. */
    static boolean areRefused(List<SentLine> all) throws InterruptedException {
        for (SentLine sent : all) {
            if (sent.refusal() == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the error of a request none of whose lines became a job. An error that ends by
     * itself, such as that of a rate limit, decides the status: the client can repeat the request.
     */
    static ApiError refusal(List<SentLine> all) throws InterruptedException {
        List<ApiError> errors = new ArrayList<>();
        var lines = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(lines)) {
            json.writeStartArray();
            for (SentLine sent : all) {
                errors.add(Objects.requireNonNull(sent.refusal()));
                sent.write(json);
            }
            json.writeEndArray();
        }
        String message =
                "no line was accepted; error.lines has the error of each; line %d: %s"
                        .formatted(all.getFirst().number(), errors.getFirst().text());
        return errors.stream()
                .filter(it -> !SentLine.isLasting(it))
                .findFirst()
                .map(it -> temporary(it, message))
                .orElseGet(
                        () -> ApiError.of(ErrorKind.INVALID_REQUEST, "no_line_accepted", message))
                .lines(lines.toString(UTF_8));
    }

    private static ApiError temporary(ApiError error, String message) {
        ApiError answer = ApiError.of(error.kind(), error.code(), message);
        return error.retryAfter().map(answer::retryAfter).orElse(answer);
    }

    /** Writes a line of JSON for each line. */
    static void write(OutputStream out, List<SentLine> all)
            throws IOException, InterruptedException {
        for (SentLine sent : all) {
            var line = new ByteArrayOutputStream();
            try (JsonGenerator json = JsonBytes.generator(line)) {
                sent.write(json);
            }
            line.write('\n');
            line.writeTo(out);
        }
    }
}
