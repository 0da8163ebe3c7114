package dev.millrace.gateway.messagebatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.gateway.answer.AnswerSender;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes the results of an ended batch in Anthropic's format, one line for each request. Reads the
 * requests and the sink's results side by side, both in ascending order of line numbers, so that it
 * holds one request and one result in memory. Used once, by one thread.
 */
final class MessageResults {
    private final OutputStream out;
    private final boolean isCancelled;

    /**
     * @param isCancelled true if requests without a result were cancelled; false if they failed
     */
    MessageResults(OutputStream out, boolean isCancelled) {
        this.out = out;
        this.isCancelled = isCancelled;
    }

    /**
     * Writes all results.
     *
     * @param requests the requests of the batch; if empty, only the results are written
     * @param results the results of the sink in the order of the requests
     */
    void copy(BatchFileReader requests, BatchFileReader results) throws IOException {
        BatchLine request = requests.next();
        for (BatchLine line = results.next(); line != null; line = results.next()) {
            if (line.isOversize()) {
                throw new IOException("a result is larger than the results topic allows");
            }
            AwaitedResult ended = AwaitedResult.read(line.bytes());
            long number = ended.field("millrace.line").map(Long::valueOf).orElse(0L);
            while (request != null && request.number() < number) {
                writeMissing(request);
                request = requests.next();
            }
            write(ended);
            if (request != null && request.number() == number) {
                request = requests.next();
            }
        }
        while (request != null) {
            writeMissing(request);
            request = requests.next();
        }
    }

    /** Writes the result of an unpublished request, which has no result in the sink. */
    private void writeMissing(BatchLine request) throws IOException {
        String customId = ParsedLine.of(request).customId();
        if (customId == null) {
            return;
        }
        if (isCancelled) {
            write(customId, "canceled", "", null);
            return;
        }
        ApiError error =
                ApiError.of(ErrorKind.INTERNAL, "not_published", "the request was not processed");
        write(customId, "errored", "error", ApiStyle.ANTHROPIC.body(error, ""));
    }

    private void write(AwaitedResult ended) throws IOException {
        String customId = ended.field("custom_id").orElse("");
        String code = ended.errorCode().orElse("");
        byte[] answer = ended.body();
        if (code.isEmpty()) {
            byte[] message = answer == null ? null : AnswerSender.withSources(ended, answer);
            write(customId, "succeeded", "message", message);
        } else if (code.equals(ErrorCode.CANCELLED.code())) {
            write(customId, "canceled", "", null);
        } else if (code.equals(ErrorCode.DEADLINE_EXCEEDED.code())) {
            write(customId, "expired", "", null);
        } else {
            write(customId, "errored", "error", error(ended));
        }
    }

    /** Returns the error of the provider if it has Anthropic's form, or else our own. */
    private static byte[] error(AwaitedResult ended) {
        byte[] body = ended.body();
        if (body != null && !JobErrors.concernsTheOperator(ended) && isError(body)) {
            return body;
        }
        return ApiStyle.ANTHROPIC.body(
                JobErrors.of(ended), ended.field("millrace.job_id").orElse(""));
    }

    private static boolean isError(byte[] body) {
        if (body[0] != '{') {
            return false;
        }
        JsonNode json = JsonFields.read(body, "an error").node();
        return json.path("type").asString("").equals("error") && json.path("error").isObject();
    }

    /**
     * Writes a line.
     *
     * @param value the value of the key of the result; null for a result without one
     */
    private void write(String customId, String type, String key, byte @Nullable [] value)
            throws IOException {
        text("{\"custom_id\":" + JsonBytes.quoted(customId) + ",\"result\":{\"type\":\"" + type);
        text("\"");
        if (value != null) {
            text(",\"" + key + "\":");
            out.write(value);
        }
        text("}}\n");
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
