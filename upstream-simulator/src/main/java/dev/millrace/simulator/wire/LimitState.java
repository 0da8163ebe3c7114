package dev.millrace.simulator.wire;

import java.time.Duration;

/**
 * One limit as it stands after a call.
 *
 * @param kind what is limited
 * @param limit in a minute
 * @param remaining now, at least 0
 * @param reset until nothing of it is used any more
 */
public record LimitState(Kind kind, long limit, long remaining, Duration reset) {
    /** What a provider limits. */
    public enum Kind {
        /** Requests in a minute. */
        REQUESTS("requests", "requests per min (RPM)"),
        /** Tokens in a minute. */
        TOKENS("tokens", "tokens per min (TPM)"),
        /** Tokens of input in a minute. */
        INPUT_TOKENS("input-tokens", "input tokens per min (ITPM)"),
        /** Tokens of output in a minute. */
        OUTPUT_TOKENS("output-tokens", "output tokens per min (OTPM)");

        private final String header;
        private final String subject;

        Kind(String header, String subject) {
            this.header = header;
            this.subject = subject;
        }

        /** What the error message says is used up. */
        public String subject() {
            return subject;
        }

        String header() {
            return header;
        }
    }
}
