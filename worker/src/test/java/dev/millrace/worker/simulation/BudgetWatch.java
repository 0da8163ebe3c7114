package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.CostEvent;
import java.math.BigDecimal;
import java.util.Optional;

/** Checks {@link Invariant#BUDGET_KEPT}. */
final class BudgetWatch {
    private static final int MICROS = 6;

    private final Checker checker;

    BudgetWatch(Checker checker) {
        this.checker = checker;
    }

    /** Checks what the provider charges, including the latest call. */
    void onSent(Task task) {
        if (!task.isExempt()) {
            long micros = task.sentForJob().mapToLong(it -> it.billedMicros).sum();
            check(task, "is charged", BigDecimal.valueOf(micros, MICROS));
        }
    }

    /** Checks what the cost events of a job say, including the latest one. */
    void onCost(Task task, CostEvent event) {
        if (task.isExempt()) {
            return;
        }
        check(
                task,
                "has cost events of",
                task.costs.stream()
                        .map(CostEvent::costUsd)
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
        BigDecimal named = costLimit(task).map(JobCostLimit::reservedUsd).orElse(BigDecimal.ZERO);
        if (event.isFinal() && event.reservedUsd().compareTo(named) != 0) {
            checker.violated(
                    Invariant.BUDGET_KEPT,
                    "%s ends with a limit of %s instead of %s"
                            .formatted(task, event.reservedUsd(), named));
        }
    }

    private void check(Task task, String what, BigDecimal usd) {
        costLimit(task)
                .filter(it -> usd.compareTo(it.reservedUsd()) > 0)
                .ifPresent(
                        it ->
                                checker.violated(
                                        Invariant.BUDGET_KEPT,
                                        "%s %s %s, but may cost %s"
                                                .formatted(task, what, usd, it.reservedUsd())));
    }

    /** Returns the limit with which the job came to its first model. */
    private static Optional<JobCostLimit> costLimit(Task task) {
        if (task.previous != null) {
            return costLimit(task.previous);
        }
        try {
            return Optional.ofNullable(JobHeaders.read(task.record.headers()).costLimit());
        } catch (UnreadableHeader e) {
            return Optional.empty();
        }
    }
}
