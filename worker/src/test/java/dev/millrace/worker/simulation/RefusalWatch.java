package dev.millrace.worker.simulation;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.simulation.Upstream.Outcome;
import java.util.Set;

/**
 * Checks {@link Invariant#REFUSALS_END_NO_JOB}. A job whose next topic refuses it may end with the
 * error of its last call.
 */
final class RefusalWatch {
    /** The status codes of {@link Outcome#REFUSALS}, which no other outcome has. */
    private static final Set<Integer> STATUS_CODES = Set.of(401, 402, 404);

    private final Checker checker;

    RefusalWatch(Checker checker) {
        this.checker = checker;
    }

    void onResult(Task task, ResultView result) {
        if (task.isExempt()) {
            return;
        }
        Integer status = result.statusCode();
        if (status != null && STATUS_CODES.contains(status) && !task.isHandOverRefused) {
            checker.violated(
                    Invariant.REFUSALS_END_NO_JOB,
                    "%s ends with status code %d".formatted(task, status));
        }
        checkAttempts(task, result);
    }

    /** Only an undisturbed process knows all attempts of its jobs. */
    private void checkAttempts(Task task, ResultView result) {
        World world = checker.world();
        long refused = task.sentForJob().filter(RefusalWatch::isRefused).count();
        long most = task.startedForJob() - refused;
        if (world.isUndisturbed() && !world.isRebalanced() && result.attempts() > most) {
            checker.violated(
                    Invariant.REFUSALS_END_NO_JOB,
                    "%s has %d attempts, though only %d calls were not refused"
                            .formatted(task, result.attempts(), most));
        }
    }

    /** Returns false for a call that was aborted before the provider refused it. */
    private static boolean isRefused(SentCall call) {
        return call.isExcusable && Outcome.REFUSALS.contains(call.outcome);
    }
}
