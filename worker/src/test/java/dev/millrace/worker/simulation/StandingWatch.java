package dev.millrace.worker.simulation;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@link Invariant#BOUNDS} of standing intents: a process has at most a quarter of its
 * slots. Those of earlier processes, which it keeps until their jobs are taken, do not count. Also
 * checks {@link Invariant#UNCERTAIN_ONLY_WITH_INTENT}.
 */
final class StandingWatch {
    private static final int SLOTS_DIVISOR = 4;

    private final Checker checker;
    private final Map<TopicPartition, Intents> committed = new HashMap<>();

    /** All committed ledgers. */
    private final Map<TopicPartition, List<LedgerView>> ledgers = new HashMap<>();

    /**
     * The standing intents of a partition.
     *
     * @param process that has committed them
     * @param inheritedTo end of the intents of earlier processes
     * @param to end of all intents
     * @param own intents of the process itself
     */
    private record Intents(WorkerProcess process, long inheritedTo, long to, long own) {}

    StandingWatch(Checker checker) {
        this.checker = checker;
    }

    /** Notes a ledger that a process has committed. */
    void onCommitted(WorkerProcess process, TopicPartition partition, LedgerView ledger) {
        ledgers.computeIfAbsent(partition, _ -> new ArrayList<>())
                .add(
                        checker.isRoomy(process) && ledger.known().standing() > 0
                                ? ledger.standingUntil(checker.latestIntended(partition, ledger))
                                : ledger);
        Intents before = committed.get(partition);
        long inheritedTo = before == null ? 0 : before.inheritedTo;
        if (before != null && before.process != process) {
            inheritedTo = before.to;
        }
        committed.put(
                partition,
                new Intents(
                        process,
                        inheritedTo,
                        ledger.standing().to(),
                        ledger.standing().to() > inheritedTo ? ledger.standing().countFrom(0) : 0));
    }

    /** Checks a cost event before the ledgers of its transaction count. */
    void onCost(Task task, CostEvent event) {
        boolean wasSent = task.sentForJob().findAny().isPresent();
        if (event.kind() == CostKind.UNCERTAIN
                && !wasSent
                && !hadIntent(task)
                && !task.isExempt()) {
            checker.violated(
                    Invariant.UNCERTAIN_ONLY_WITH_INTENT,
                    "%s has %s, but no call was announced".formatted(task, event));
        }
    }

    private boolean hadIntent(@Nullable Task task) {
        return task != null
                && (ledgers.getOrDefault(task.partition, List.of()).stream()
                                .anyMatch(it -> it.running(task.record) > 0)
                        || hadIntent(task.previous));
    }

    /** Checks the ledgers of a process after its transaction. */
    void check(WorkerProcess process) {
        long own = 0;
        for (Intents intents : committed.values()) {
            if (intents.process == process && !process.isRemovedFromGroup()) {
                own += intents.own;
            }
        }
        if (own > process.config().maxInFlight() / SLOTS_DIVISOR) {
            checker.violated(
                    Invariant.BOUNDS, "%s has %d standing intents".formatted(process, own));
        }
    }

    /** Forgets the partitions that a process has released, lost, or found recreated. */
    void onReleased(WorkerProcess process, Collection<TopicPartition> partitions) {
        committed.replaceAll(
                (partition, it) ->
                        it.process == process && partitions.contains(partition)
                                ? new Intents(process, it.to, it.to, 0)
                                : it);
    }

    /** Forgets the partitions of a recreated topic. */
    void onRecreated(String topic) {
        committed.keySet().removeIf(it -> it.topic().equals(topic));
        ledgers.keySet().removeIf(it -> it.topic().equals(topic));
    }
}
