package dev.millrace.worker.fallback;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.error.FallbackReason;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;

/** Decides whether a failed call lets its job fall back. Pure functions. */
public final class FallbackRule {
    private FallbackRule() {}

    /**
     * Returns true if a job falls back instead of waiting for its next attempt: the provider asks
     * for a longer wait than the model's {@code fallback_after}. If that is zero, the job falls
     * back at once after a 429.
     */
    public static boolean isWaitTooLong(Verdict.Failed failed, Model model) {
        Duration wait = failed.retryAfter();
        return (wait != null && wait.compareTo(model.fallbacks().after()) > 0)
                || (failed.error() == ErrorCode.RATE_LIMIT_EXCEEDED
                        && model.fallbacks().after().isZero());
    }

    /**
     * Returns true if a job without further attempts at its model falls back. Another model can
     * succeed unless the request itself is wrong.
     *
     * @param model the job's model, which decides about a filtered request
     * @param called false if the call could not be made, such as for a request that cannot be
     *     translated
     */
    public static boolean endsAtModelOnly(ErrorCode error, Model model, boolean called) {
        return switch (error.disposition()) {
            case FALL_BACK, FALL_BACK_WHEN_LONG, WAIT_OR_FALL_BACK, NEXT_KEY, LARGER_WINDOW -> true;
            case FAIL ->
                    (error == ErrorCode.VALIDATION_ERROR && !called)
                            || (error == ErrorCode.CONTENT_FILTERED
                                    && model.fallbacks()
                                            .on()
                                            .contains(FallbackReason.CONTENT_FILTERED));
            case RESULT_OR_DEAD_LETTER -> error == ErrorCode.UNKNOWN_MODEL && !called;
            case FAIL_BILLED, REJECT_OR_PARK, DEAD_LETTER -> false;
        };
    }
}
