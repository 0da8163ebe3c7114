package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.Happening;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Holds each history against the {@link Invariant}s while it happens. It sees what the cluster and
 * the provider see, and nothing of what goes on inside a loop.
 */
final class Checker {
    private final World world;
    private final Outcomes outcomes;
    private final LaneWatch lanes;
    private final AgeWatch ages;
    private final OrderWatch orders;
    private final InstanceWatch instances;
    private final Map<WorkerProcess, InHand> inHand = new HashMap<>();
    private @Nullable Violation violation;

    /** The first that was broken in a history. */
    record Violation(Invariant broken, String what) {}

    /** What a process has in hand. */
    private static final class InHand {
        /** Calls whose end is not committed. */
        final Set<Sent> unsettled = new HashSet<>();

        /** Records that it has polled and that are not finished. */
        final Set<Task> held = new HashSet<>();
    }

    Checker(World world) {
        this.world = world;
        this.outcomes = new Outcomes(this);
        this.lanes = new LaneWatch(this);
        this.ages = new AgeWatch(this);
        this.orders = new OrderWatch(this);
        this.instances = new InstanceWatch(this);
    }

    @Nullable Violation violation() {
        return violation;
    }

    void broken(Invariant invariant, String what) {
        if (violation == null && world.watched().contains(invariant)) {
            violation = new Violation(invariant, what);
            world.chronicle().say(() -> "BROKEN %s".formatted(violation));
            world.end();
        }
    }

    private InHand inHand(WorkerProcess process) {
        return inHand.computeIfAbsent(process, _ -> new InHand());
    }

    /** A process makes a call. */
    void onStarted(WorkerProcess process, Task task) {
        lanes.onStarted(process, task, inHand(process).held);
        ages.onStarted(process, task, inHand(process).held);
        orders.onStarted(process, task);
    }

    /** The provider receives a call. */
    Sent onSent(WorkerProcess process, Task task, Upstream.Plan plan) {
        int running = world.ledger(task.partition).running(task.offset());
        var sent = new Sent(task, process, world.timeline().now(), plan, running);
        world.chronicle().note(Happening.SENT, task);
        world.chronicle().say(() -> "  by %s, attempt %d, %s".formatted(process, running, plan));
        if (task.isExcused()) {
            task.sent.add(sent);
            return sent;
        }
        checkIntent(sent);
        checkTouch(sent);
        checkRepeat(sent);
        task.sent.add(sent);
        // An expelled process goes on until it hears of it.
        sent.isExcused = process.isExpelled();
        if (task.sent.size() > process.config().maxAttempts()) {
            broken(Invariant.ATTEMPTS, "%s is sent %d times".formatted(task, task.sent.size()));
        }
        InHand mine = inHand(process);
        mine.unsettled.add(sent);
        if (mine.unsettled.size() > process.config().maxInFlight()) {
            broken(
                    Invariant.BOUNDS,
                    "%s has %d calls in flight".formatted(process, mine.unsettled.size()));
        }
        return sent;
    }

    private void checkIntent(Sent sent) {
        boolean isNew = sent.task.sent.stream().allMatch(earlier -> earlier.attempt < sent.attempt);
        if (sent.attempt == 0 || !isNew) {
            broken(
                    Invariant.INTENT_FIRST,
                    "%s is sent by %s, and committed is %d"
                            .formatted(sent.task, sent.process, sent.attempt));
        }
    }

    private void checkTouch(Sent sent) {
        Group.Member owner = world.group().owner(sent.task.partition);
        if (owner != null && owner.process != sent.process) {
            broken(
                    Invariant.NO_SEND_WITHOUT_TOUCH,
                    "%s is sent by %s, while %s has its partition"
                            .formatted(sent.task, sent.process, owner));
        }
    }

    private void checkRepeat(Sent sent) {
        if (sent.task.sent.isEmpty()) {
            return;
        }
        world.chronicle().note(Happening.SENT_AGAIN, sent.task);
        Sent last = sent.task.sent.getLast();
        if (!last.mayBeRepeated && !last.isExcused) {
            broken(
                    world.isUndisturbed()
                            ? Invariant.PLANNED_CHANGE_RESENDS_NOTHING
                            : Invariant.RESENT_ONLY_AFTER_CRASH,
                    "%s is sent by %s, and before by %s, which came to %s"
                            .formatted(sent.task, sent.process, last.process, last.fate));
        }
    }

    void onPolled(WorkerProcess process, List<Task> tasks) {
        InHand mine = inHand(process);
        ages.onPolled(process, tasks);
        long before = bytes(mine.held);
        tasks.stream()
                .filter(task -> !task.isFinished() && !task.isExcused())
                .forEach(mine.held::add);
        long limit = process.config().maxHeldBytes();
        if (before > limit + world.slack()) {
            broken(Invariant.BOUNDS, "%s holds %d bytes and polls".formatted(process, before));
        }
    }

    private static long bytes(Set<Task> tasks) {
        long bytes = 0;
        for (Task task : tasks) {
            bytes += Math.max(0, task.record.serializedValueSize());
        }
        return bytes;
    }

    /** A process looks at control, which has changed. */
    void onTold(WorkerProcess process, ControlState state) {
        orders.onTold(process, state);
    }

    /** A transaction is about to be written. */
    void onCommit(WorkerProcess process, Transaction transaction) {
        orders.onCommit(process);
        transaction.offsets().forEach((partition, it) -> checkMetadata(process, partition, it));
    }

    private void checkMetadata(
            WorkerProcess process, TopicPartition partition, OffsetAndMetadata offset) {
        int chars = offset.metadata().length();
        int open = LedgerView.of(offset).openCount();
        if (chars > world.scenario().sizes().metadataChars()) {
            broken(
                    Invariant.BOUNDS,
                    "%s has %d characters for %s".formatted(process, chars, partition));
        }
        if (open > process.config().maxOpenPerPartition()) {
            broken(
                    Invariant.BOUNDS,
                    "%s has %d open jobs of %s".formatted(process, open, partition));
        }
    }

    /** Records below that offset are deleted. */
    void onDelete(WorkerProcess process, TopicPartition partition, long below) {
        long committed = world.ledger(partition).offset();
        if (below > committed) {
            broken(
                    Invariant.NOTHING_NEEDED_DELETED,
                    "%s deletes below %d of %s, and %d is committed"
                            .formatted(process, below, partition, committed));
        }
    }

    /** Whether the marker of its first use is committed. */
    boolean isMarked(TopicPartition partition) {
        return outcomes.isMarked(partition);
    }

    /** A transaction has become visible. */
    void onCommitted(Transactions.Open open) {
        world.chronicle().note(Happening.COMMITTED, open.process);
        outcomes.onCommitted(open.content);
        open.content
                .offsets()
                .forEach(
                        (partition, it) -> {
                            if (!world.isOfAnother(partition, it)) {
                                onLedger(partition, LedgerView.of(it));
                            }
                        });
        inHand.values().forEach(its -> its.held.removeIf(Task::isFinished));
    }

    private void onLedger(TopicPartition partition, LedgerView ledger) {
        world.chronicle().say(() -> "  %s: %s".formatted(partition, ledger));
        checkLedger(partition, ledger);
        for (InHand its : inHand.values()) {
            its.unsettled.removeIf(
                    sent ->
                            sent.task.partition.equals(partition)
                                    && ledger.running(sent.task.offset()) != sent.attempt);
        }
    }

    /** In both directions: neither is a job forgotten nor done for nothing. */
    private void checkLedger(TopicPartition partition, LedgerView ledger) {
        for (Task task : world.jobs().shelf(partition).tasks.values()) {
            if (!task.isTakenEarly && ledger.isFinished(task.offset()) != task.isFinished()) {
                broken(
                        Invariant.TRUE_LEDGER,
                        "%s has %d outcomes, and the ledger says %s"
                                .formatted(task, task.outcomes, ledger));
            }
        }
    }

    /** A call has come back with something that ends its job. */
    void onFinalReport(WorkerProcess process, Task task) {
        inHand(process).held.remove(task);
    }

    /** It has crashed or been expelled: its calls were in flight then. */
    void onAway(WorkerProcess process) {
        inHand(process).unsettled.forEach(sent -> sent.isExcused = true);
    }

    /** It does not have those partitions any more. */
    void onLeft(WorkerProcess process, Collection<TopicPartition> partitions) {
        for (Sent sent : inHand(process).unsettled) {
            // What could not be written for it is lost with it.
            sent.isExcused |=
                    partitions.contains(sent.task.partition)
                            && world.isRefused(sent.task.partition);
        }
        inHand(process).unsettled.removeIf(sent -> partitions.contains(sent.task.partition));
        inHand(process).held.removeIf(task -> partitions.contains(task.partition));
    }

    /** A topic was deleted and created again: what was in hand of it counts no more. */
    void onRecreated() {
        for (InHand its : inHand.values()) {
            its.unsettled.removeIf(sent -> sent.task.isGone);
            its.held.removeIf(task -> task.isGone);
        }
    }

    /** A process opens its producer. */
    void onOpen(WorkerProcess process) {
        instances.onOpen(process);
    }

    /** A process is told that its producer is fenced. */
    void onFenced(WorkerProcess process) {
        instances.onFenced(process);
    }

    void onEnded(WorkerProcess process, String how) {
        boolean isAsTold = process.isStopping() && how.equals("stopped");
        if (isAsTold) {
            return;
        }
        if (process.hasTwin() && instances.isFencedTooOften(process)) {
            world.chronicle().note(Happening.DUPLICATE_ENDED, process);
        } else {
            broken(Invariant.LOOP_STANDS, "%s has ended: %s".formatted(process, how));
        }
    }

    /** What is not done yet; empty when everything is, or never will be. */
    List<String> unfinished() {
        var left = new ArrayList<String>();
        for (TopicPartition partition : world.jobs().partitions()) {
            var shelf = world.jobs().shelf(partition);
            LedgerView ledger = world.ledger(partition);
            boolean isRead = ledger.offset() == shelf.end || shelf.tasks.isEmpty();
            if (!isRead || ledger.openCount() > 0) {
                left.add(partition + " is at " + ledger + ", and ends at " + shelf.end);
            }
        }
        return left;
    }

    void atEnd() {
        if (violation == null) {
            outcomes.checkEnds(world.jobs().tasks());
        }
    }

    World world() {
        return world;
    }
}
