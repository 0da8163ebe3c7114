package dev.millrace.worker.answer;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.TranslationNote;
import dev.millrace.wire.error.ResponseHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of one attempt. */
public sealed interface Verdict {
    /** Returns the attempt's billing. */
    Billing billing();

    /** The provider answered. */
    record Answered(Response response, Billing billing) implements Verdict {}

    /**
     * The attempt failed.
     *
     * @param message one sentence for messages, without secrets
     * @param response the provider's response; null if there is none
     * @param retryAfter the wait that the provider asks for; null if it asks for none
     */
    record Failed(
            ErrorCode error,
            String message,
            @Nullable Response response,
            @Nullable Duration retryAfter,
            Billing billing,
            Repetition repetition)
            implements Verdict {
        /** Creates a failure that is repeated as its error code says. */
        public Failed(
                ErrorCode error,
                String message,
                @Nullable Response response,
                @Nullable Duration retryAfter,
                Billing billing) {
            this(error, message, response, retryAfter, billing, Repetition.AS_ITS_ERROR);
        }
    }

    /** The cases in which a failed attempt is repeated. */
    enum Repetition {
        /** As the error code says. */
        AS_ITS_ERROR,
        /** At once: a kept connection was closed, which is no fault of the provider. */
        AT_ONCE,
        /** Never: the next answer would have the same unusable form, and be billed too. */
        NEVER
    }

    /** Nothing was sent, because the send window had passed. */
    record SendWindowMissed() implements Verdict {
        @Override
        public Billing billing() {
            return Billing.NOTHING;
        }
    }

    /**
     * The provider's response.
     *
     * @param headers all headers, among them the provider's rate limits
     * @param body as received, or translated to the job's endpoint
     * @param translation how the body was translated; null if the job's own endpoint was called
     * @param isPage true if a web server or firewall responded in place of the provider
     */
    record Response(
            int status,
            ResponseHeaders headers,
            ProviderBody body,
            @Nullable TranslationNote translation,
            boolean isPage) {

        /** Creates the response of the job's own endpoint. */
        public Response(int status, ResponseHeaders headers, ProviderBody body) {
            this(status, headers, body, null, false);
        }

        /** Returns a copy for a page of a web server or firewall. */
        public Response asPage() {
            return new Response(status, headers, body, translation, true);
        }

        /** Returns a copy with the body of the result. */
        public Response translated(ProviderBody newBody, TranslationNote note) {
            return new Response(status, headers, newBody, note, isPage);
        }

        /** Returns the provider's id of the exchange; null if it gave none. */
        public @Nullable String requestId() {
            return headers.requestId().orElse(null);
        }
    }

    /** Returns a failure before anything was sent. */
    static Failed unsent(ErrorCode error, String message) {
        return new Failed(error, message, null, null, Billing.NOTHING);
    }
}
