package dev.millrace.simulator.wire;

import java.time.Duration;

/**
 * The state of one limit after a call.
 *
 * @param kind the limited quantity
 * @param limit allowed amount in the kind's time
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
        OUTPUT_TOKENS("output-tokens", "output tokens per min (OTPM)"),
        /** Requests per second. No header reports this limit. */
        REQUESTS_PER_SECOND("", "requests per sec (RPS)"),
        /** Tokens per second. No header reports this limit. */
        TOKENS_PER_SECOND("", "tokens per sec (TPS)");

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

        /** Returns true when headers report this kind of limit. */
        public boolean hasHeader() {
            return !header.isEmpty();
        }

        String header() {
            return header;
        }
    }
}
