package dev.millrace.contracts.result;

import dev.millrace.contracts.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a job ended. */
public sealed interface Outcome {

    /** The error's code; null when the job succeeded. */
    @Nullable ErrorCode error();

    /**
     * A provider gave the final word, good or bad.
     *
     * @param requestId the provider's own; null when it gave none
     * @param error null for a good answer
     */
    record Answered(
            int statusCode,
            @Nullable String requestId,
            ProviderBody body,
            @Nullable ErrorCode error)
            implements Outcome {}

    /**
     * No provider answered.
     *
     * @param message for a person, in one sentence; without secrets
     * @param param the key of the request that it is about; null for none
     * @param retryAfter when trying again may help; null when unknown
     * @param requestId of the last attempt; null when there was none
     */
    record Unanswered(
            ErrorCode error,
            String message,
            @Nullable String param,
            @Nullable Duration retryAfter,
            @Nullable String requestId)
            implements Outcome {}

    /** Ended by a decision of the pipeline's own, with nothing more to say than the reason. */
    static Outcome refused(ErrorCode error, String message) {
        return new Unanswered(error, message, null, null, null);
    }
}
