package dev.millrace.contracts.result;

import static dev.millrace.contracts.result.JobResult.writeText;

import dev.millrace.contracts.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The outcome of a job. */
public sealed interface Outcome {

    /** Returns the error code; null if the job succeeded. */
    @Nullable ErrorCode error();

    /**
     * Writes the properties {@code response} and {@code error} of a result.
     *
     * @param out where the generator writes to
     */
    void write(JsonGenerator json, ByteArrayOutputStream out);

    /**
     * A provider gave the final answer, possibly an error.
     *
     * @param requestId the provider's request id; null for none
     * @param error null if the answer is no error
     * @param translation how the answer was translated; null if the job's own endpoint was called
     */
    record Answered(
            int statusCode,
            @Nullable String requestId,
            ProviderBody body,
            @Nullable ErrorCode error,
            @Nullable TranslationNote translation)
            implements Outcome {

        /** Creates the answer of the job's own endpoint. */
        public Answered(
                int statusCode,
                @Nullable String requestId,
                ProviderBody body,
                @Nullable ErrorCode error) {
            this(statusCode, requestId, body, error, null);
        }

        @Override
        public void write(JsonGenerator json, ByteArrayOutputStream out) {
            json.writeObjectPropertyStart("response");
            json.writeNumberProperty("status_code", statusCode);
            writeText(json, "request_id", requestId);
            json.writeName("body");
            body.write(json, out);
            json.writeEndObject();
            json.writeNullProperty("error");
        }
    }

    /**
     * The job ended without a provider's answer.
     *
     * @param message one human-readable sentence, without secrets
     * @param param key of the request that caused the error; null for none
     * @param retryAfter wait after which a retry may succeed; null if unknown
     * @param requestId request id of the last attempt; null without an attempt
     */
    record Unanswered(
            ErrorCode error,
            String message,
            @Nullable String param,
            @Nullable Duration retryAfter,
            @Nullable String requestId)
            implements Outcome {

        @Override
        public void write(JsonGenerator json, ByteArrayOutputStream out) {
            json.writeNullProperty("response");
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("code", error.code());
            writeText(json, "message", message);
            json.writeStringProperty("type", "millrace_error");
            writeText(json, "param", param);
            if (retryAfter == null) {
                json.writeNullProperty("retry_after");
            } else {
                json.writeNumberProperty("retry_after", retryAfter.toMillis() / 1_000.0);
            }
            writeText(json, "request_id", requestId);
            json.writeEndObject();
        }
    }

    /** Creates the outcome of a job that the pipeline itself rejected. */
    static Outcome rejected(ErrorCode error, String message) {
        return new Unanswered(error, message, null, null, null);
    }
}
