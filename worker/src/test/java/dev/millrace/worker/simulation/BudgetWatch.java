package dev.millrace.worker.simulation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;
import java.util.Optional;

/** Checks {@link Invariant#BUDGET_KEPT}. */
final class BudgetWatch {
    private static final int MICROS = 6;

    /** With metadata of this length, each ledger has room for the attempts that cost nothing. */
    private static final int ROOMY_CHARS = 4_096;

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
        JobEnd end = event.end();
        if (end != null && ErrorCode.BUDGET_EXCEEDED.code().equals(end.errorCode())) {
            checkSpent(task, JobRecords.headers(task.record.headers()));
        }
    }

    /** Checks that a job ends for lack of money only if its attempts may have cost that much. */
    private void checkSpent(Task task, JobHeaders job) {
        JobCostLimit limit = job.costLimit();
        if (limit == null || checker.world().scenario().sizes().metadataChars() < ROOMY_CHARS) {
            return;
        }
        long billable =
                task.costs.stream()
                        .filter(it -> it.attempt() > job.attempts() && it.kind() != CostKind.NONE)
                        .count();
        BigDecimal most = JobRecords.ATTEMPT_USD.multiply(BigDecimal.valueOf(billable + 1));
        if (limit.spentUsd().add(most).compareTo(limit.reservedUsd()) <= 0) {
            checker.violated(
                    Invariant.BUDGET_KEPT,
                    "%s ends without money, although only %d attempts may have been billed"
                            .formatted(task, billable));
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
