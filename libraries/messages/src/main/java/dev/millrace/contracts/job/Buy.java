package dev.millrace.contracts.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the calls of a job are bought. */
public enum Buy {
    /** At the standard tier, as soon as possible. */
    STANDARD,
    /** At the lowest price that is still on time for the job's deadline. */
    LOWEST;

    /**
     * Time after the submission at which a job without a deadline is bought as if its deadline were
     * near. The job does not expire then.
     */
    public static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** The accepted words, for messages. */
    public static final String FORM = "standard or lowest";

    /** Returns the word of requests, headers and policies. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the time by which a job bought at the lowest price must be done.
     *
     * @param deadline of the job; null for none
     */
    public static Instant doneBy(@Nullable Instant deadline, Instant submittedAt) {
        return deadline == null ? submittedAt.plus(LONGEST_WAIT) : deadline;
    }

    /** Returns the way with the given word; empty for any other word. */
    public static Optional<Buy> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }
}
