package dev.millrace.worker.answer;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.ProviderBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one attempt came to. */
public sealed interface Verdict {
    Billing billing();

    /** A good answer. */
    record Answered(Response response, Billing billing) implements Verdict {}

    /**
     * No good answer.
     *
     * @param message for a person, in one sentence; without secrets
     * @param response what the provider said; null when it did not come to that
     * @param retryAfter how long the provider asks us to wait; null when it does not say
     */
    record Failed(
            ErrorCode error,
            String message,
            @Nullable Response response,
            @Nullable Duration retryAfter,
            Billing billing)
            implements Verdict {}

    /** Nothing was sent: its time to be sent had passed. */
    record Late() implements Verdict {
        @Override
        public Billing billing() {
            return Billing.NOTHING;
        }
    }

    /**
     * The provider's own words.
     *
     * @param requestId null when it gave none
     */
    record Response(int status, @Nullable String requestId, ProviderBody body) {}

    /** A failure before anything was sent. */
    static Failed unsent(ErrorCode error, String message) {
        return new Failed(error, message, null, null, Billing.NOTHING);
    }
}
