package dev.millrace.contracts.header;

import dev.millrace.contracts.job.OnUnavailable;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How the submitter of a job waits for its answer.
 *
 * @param chunks how the tokens of the answer are forwarded, if at all
 * @param onUnavailable what the job does while a circuit breaker holds back its calls
 */
public record AnswerWait(Chunks chunks, OnUnavailable onUnavailable) {
    /** Waits for the result without a time limit. */
    public static final AnswerWait PATIENT = new AnswerWait(Chunks.NONE, OnUnavailable.WAIT);

    /** Whether a worker forwards the tokens of a streamed call as they arrive. */
    public enum Chunks {
        /** Nothing is forwarded. */
        NONE(null),
        /**
         * Forwarded. A failed attempt can be retried, because its client can ask for the result.
         */
        REPEATABLE("chunks"),
        /**
         * Forwarded once. If an attempt fails after its first chunk was forwarded, the client has
         * received an error, and would not read another answer.
         */
        ONCE("chunks-once");

        private final @Nullable String word;

        Chunks(@Nullable String word) {
            this.word = word;
        }

        /** Returns the value of the header; null if there is none. */
        @Nullable String word() {
            return word;
        }

        /** Reads the header; another value counts as {@link #NONE}. */
        static Chunks of(Headers headers) {
            return MillraceHeaders.text(headers, MillraceHeaders.STREAM)
                    .flatMap(
                            text ->
                                    Arrays.stream(values())
                                            .filter(it -> text.equals(it.word))
                                            .findFirst())
                    .orElse(NONE);
        }
    }

    /** Returns true if tokens are forwarded. */
    public boolean streamsChunks() {
        return chunks != Chunks.NONE;
    }
}
