package dev.millrace.gateway.async;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.answer.JobErrors;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.job.JobRefusal;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A line that was sent to Kafka, or an error.
 *
 * @param number of the line, from 1
 * @param job completes when Kafka has acknowledged the job; null if the line was not sent
 * @param error why the line was not sent; null if it was
 */
record SentLine(
        long number,
        String customId,
        @Nullable CompletableFuture<JobId> job,
        @Nullable ApiError error) {
    /** Errors of a line that a repeat would get again. */
    private static final Set<ErrorKind> LASTING =
            EnumSet.of(ErrorKind.INVALID_REQUEST, ErrorKind.FORBIDDEN, ErrorKind.TOO_LARGE);

    /** Returns true if a repeat of the line would get the error again. */
    static boolean isLasting(ApiError error) {
        return LASTING.contains(error.kind());
    }

    /** Returns true if a repeat of the line would be answered alike. */
    boolean isLasting() {
        return error == null ? job != null && !job.isCompletedExceptionally() : isLasting(error);
    }

    /** Waits for Kafka's acknowledgement. */
    JobId accepted() throws InterruptedException {
        if (job == null) {
            throw ApiError.of(ErrorKind.INTERNAL, "internal_error", "the line was not sent");
        }
        try {
            return job.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof JobRefusal refusal
                    ? JobErrors.of(refusal)
                    : new IllegalStateException("a job was not published", e);
        }
    }

    /** Returns why the line did not become a job; null if it did. Waits for Kafka. */
    @Nullable ApiError refusal() throws InterruptedException {
        if (error != null) {
            return error;
        }
        try {
            accepted();
            return null;
        } catch (ApiError e) {
            return e;
        }
    }

    /** Writes the number of the line, and its job or its error. Waits for Kafka. */
    void write(JsonGenerator json) throws InterruptedException {
        json.writeStartObject();
        json.writeNumberProperty("line", number);
        ApiError refusal = refusal();
        if (refusal == null) {
            writeAccepted(json, accepted(), customId);
        } else {
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("code", refusal.code());
            json.writeStringProperty("message", refusal.text());
            json.writeStringProperty("param", refusal.param());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** Writes the properties of an accepted job. */
    static void writeAccepted(JsonGenerator json, JobId job, String customId) {
        json.writeStringProperty("id", job.value());
        json.writeStringProperty("object", "job");
        json.writeStringProperty("custom_id", JsonBytes.encodable(customId));
        json.writeStringProperty("status", "accepted");
    }
}
