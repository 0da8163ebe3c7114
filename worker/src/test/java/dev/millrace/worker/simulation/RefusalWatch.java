package dev.millrace.worker.simulation;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.simulation.Upstream.Outcome;
import dev.millrace.worker.simulation.time.EventType;
import java.util.Objects;
import java.util.Set;

/**
 * Checks {@link Invariant#REFUSALS_END_NO_JOB}. A job whose next topic refuses it can end with the
 * error of its last call. A job that does not wait for an open breaker can end with the error that
 * opened the breaker.
 */
final class RefusalWatch {
    /** The status codes of {@link Outcome#REFUSALS}, which no other outcome has. */
    private static final Set<Integer> STATUS_CODES = Set.of(401, 402, 404);

    private static final Set<String> CODES =
            Set.of("authentication_error", "quota_exceeded", "model_not_found");

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
        checkWait(task, result);
        checkAttempts(task, result);
    }

    /** Checks that an open breaker ends only jobs that do not wait for it. */
    private void checkWait(Task task, ResultView result) {
        boolean isUnanswered = status(result) == 0 && CODES.contains(code(result));
        if (isUnanswered && !task.isHandOverRefused) {
            checker.world().eventLog().add(EventType.ENDED_AS_UNAVAILABLE, task);
            if (task.isPatient()) {
                checker.violated(
                        Invariant.REFUSALS_END_NO_JOB,
                        "%s ends as %s, although it waits".formatted(task, code(result)));
            }
        }
    }

    private static int status(ResultView result) {
        return Objects.requireNonNullElse(result.statusCode(), 0);
    }

    private static String code(ResultView result) {
        return Objects.requireNonNullElse(result.errorCode(), "");
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
