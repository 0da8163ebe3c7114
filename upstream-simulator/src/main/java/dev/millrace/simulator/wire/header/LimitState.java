package dev.millrace.simulator.wire.header;

import java.time.Duration;

/**
 * The state of one limit after a call.
 *
 * @param kind the limited quantity
 * @param limit allowed amount per minute
 * @param remaining amount left, at least 0
 * @param reset time until the limit is fully available again
 */
public record LimitState(Kind kind, long limit, long remaining, Duration reset) {
    /** The quantity that a limit bounds. */
    public enum Kind {
        /** Requests per minute. */
        REQUESTS("requests", "requests per min (RPM)"),
        /** Tokens per minute. */
        TOKENS("tokens", "tokens per min (TPM)"),
        /** Input tokens per minute. */
        INPUT_TOKENS("input-tokens", "input tokens per min (ITPM)"),
        /** Output tokens per minute. */
        OUTPUT_TOKENS("output-tokens", "output tokens per min (OTPM)");

        private final String header;
        private final String subject;

        Kind(String header, String subject) {
            this.header = header;
            this.subject = subject;
        }

        /** Returns the limit's name in error messages. */
        public String subject() {
            return subject;
        }

        String header() {
            return header;
        }
    }
}
