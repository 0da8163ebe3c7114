package dev.millrace.contracts.job;

import dev.millrace.yaml.binding.Durations;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Behaviour of a job while an open circuit breaker holds back its calls and its chain has no other
 * usable model.
 *
 * @param failAfter time after which the job ends with the error that opened the breaker, not
 *     negative; null to wait until calls are possible again
 */
public record OnUnavailable(@Nullable Duration failAfter) {
    /** The job waits. */
    public static final OnUnavailable WAIT = new OnUnavailable(null);

    /** The job ends at once. */
    public static final OnUnavailable FAIL = new OnUnavailable(Duration.ZERO);

    /** Describes the form of the option, for messages. */
    public static final String FORM = "fail, wait or a duration such as 5s";

    private static final String WAIT_WORD = "wait";
    private static final String FAIL_WORD = "fail";

    public OnUnavailable {
        if (failAfter != null && failAfter.isNegative()) {
            throw new IllegalArgumentException("failAfter must not be negative: " + failAfter);
        }
    }

    /** Reads the option; empty if the text does not have the {@link #FORM}. */
    public static Optional<OnUnavailable> of(String text) {
        return switch (text) {
            case WAIT_WORD -> Optional.of(WAIT);
            case FAIL_WORD -> Optional.of(FAIL);
            default -> ofDuration(text);
        };
    }

    private static Optional<OnUnavailable> ofDuration(String text) {
        try {
            return Optional.of(new OnUnavailable(Durations.parse(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the text that {@link #of} reads, to the millisecond. */
    public String text() {
        if (failAfter == null) {
            return WAIT_WORD;
        }
        return failAfter.isZero() ? FAIL_WORD : Durations.format(failAfter);
    }
}
