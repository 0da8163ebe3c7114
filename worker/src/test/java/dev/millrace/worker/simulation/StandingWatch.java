package dev.millrace.worker.simulation;

import dev.millrace.worker.capacity.SlotBounds;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Checks {@link Invariant#BOUNDS} of the calls that a crash leaves in doubt: running ones, and a
 * quarter of the slots for standing intents.
 */
final class StandingWatch {
    private static final int SLOTS_DIVISOR = 4;

    private final Checker checker;
    private final Map<TopicPartition, Doubts> committed = new HashMap<>();

    /**
     * What the successor of a process would doubt.
     *
     * @param running attempts that the ledger lists as running
     * @param inheritedTo end of the standing intents of earlier processes
     * @param standingTo end of all standing intents
     * @param standing intents of the process itself
     */
    private record Doubts(
            WorkerProcess process, long running, long inheritedTo, long standingTo, long standing) {}

    StandingWatch(Checker checker) {
        this.checker = checker;
    }

    /** Checks a ledger that a process has committed. */
    void onCommitted(WorkerProcess process, TopicPartition partition, LedgerView ledger) {
        Doubts before = committed.get(partition);
        long inheritedTo = before == null ? 0 : before.inheritedTo;
        if (before != null && before.process != process) {
            inheritedTo = before.standingTo;
        }
        committed.put(
                partition,
                new Doubts(
                        process,
                        ledger.runningCount(),
                        inheritedTo,
                        ledger.standing().to(),
                        ledger.standing().countFrom(inheritedTo)));
        check(process);
    }

    private void check(WorkerProcess process) {
        int limit = process.config().maxInFlight();
        int models = checker.world().scenario().sizes().models();
        long standing = 0;
        long running = 0;
        for (Doubts doubts : committed.values()) {
            if (doubts.process == process && !process.isRemovedFromGroup()) {
                standing += doubts.standing;
                running += doubts.running;
            }
        }
        if (standing > limit / SLOTS_DIVISOR
                || running > SlotBounds.of(process.config(), models).hardBound()) {
            checker.violated(
                    Invariant.BOUNDS,
                    "%s has %d running calls and %d standing intents"
                            .formatted(process, running, standing));
        }
    }

    /** Forgets the partitions that a process has released, lost, or found recreated. */
    void onReleased(WorkerProcess process, Collection<TopicPartition> partitions) {
        committed.replaceAll(
                (partition, it) ->
                        it.process == process && partitions.contains(partition)
                                ? new Doubts(process, 0, it.standingTo, it.standingTo, 0)
                                : it);
    }

    /** Forgets the partitions of a recreated topic. */
    void onRecreated(String topic) {
        committed.keySet().removeIf(it -> it.topic().equals(topic));
    }
}
