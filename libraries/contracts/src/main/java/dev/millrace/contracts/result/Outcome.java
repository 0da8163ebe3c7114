package dev.millrace.contracts.result;

import dev.millrace.contracts.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of a job. */
public sealed interface Outcome {

    /** Returns the error code; null if the job succeeded. */
    @Nullable ErrorCode error();

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
            implements Outcome {}

    /** Creates the outcome of a job that the pipeline itself rejected. */
    static Outcome rejected(ErrorCode error, String message) {
        return new Unanswered(error, message, null, null, null);
    }
}
