package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.EventType;
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
 * Checks the {@link Invariant}s while a history runs. Observes only the cluster and the provider,
 * nothing inside a loop.
 */
final class Checker implements Transactions.Listener {
    /** With metadata of this length, no ledger becomes full: a history has too few jobs. */
    private static final int ROOMY_CHARS = 4_096;

    private static final int ROOMY_JOBS = 100;

    /** Timestamps of records differ, so that many records at once are ahead of the time. */
    private static final long TIMESTAMP_TOLERANCE_MILLIS = 1_000;

    private final World world;
    private final Outcomes outcomes;
    private final LaneWatch lanes;
    private final AgeWatch ages;
    private final IsolationWatch isolation;
    private final CommandWatch commands;
    private final InstanceWatch instances;
    private final FallbackWatch fallbacks;
    private final WaitWatch waits;
    private final PromptWatch promptWatch;
    private final LimitWatch limits;
    private final HealingWatch healingWatch;
    private final BreakerWatch breakers;
    private final BudgetWatch budgets;
    private final StandingWatch standing;
    private final TierWatch tiers;
    private final Map<WorkerProcess, Pending> pending = new HashMap<>();
    private @Nullable Violation violation;

    /**
     * The first violation in a history.
     *
     * @param invariant null for an invariant of the neighbors
     */
    record Violation(@Nullable Invariant invariant, String description) {}

    /** The unfinished work of a process. */
    private static final class Pending {
        /** Calls whose outcome is not committed. */
        final Set<SentCall> unsettled = new HashSet<>();

        /** Polled records that are not finished. */
        final Set<Task> held = new HashSet<>();
    }

    Checker(World world) {
        this.world = world;
        this.outcomes = new Outcomes(this);
        this.lanes = new LaneWatch(this);
        this.ages = new AgeWatch(this);
        this.isolation = new IsolationWatch(this);
        this.commands = new CommandWatch(this);
        this.instances = new InstanceWatch(this);
        this.fallbacks = new FallbackWatch(this);
        this.waits = new WaitWatch(this);
        this.promptWatch = new PromptWatch(this);
        this.limits = new LimitWatch(this);
        this.healingWatch = new HealingWatch(this);
        this.breakers = new BreakerWatch(this);
        this.budgets = new BudgetWatch(this);
        this.standing = new StandingWatch(this);
        this.tiers = new TierWatch(this);
    }

    /** Starts the checks that are repeated by time. */
    void start() {
        isolation.start();
        fallbacks.start();
        waits.start();
        promptWatch.start();
        breakers.start();
        tiers.start();
    }

    @Nullable Violation violation() {
        return violation;
    }

    void violated(Invariant invariant, String description) {
        if (world.watched().contains(invariant)) {
            violated(new Violation(invariant, description));
        }
    }

    void violated(Violation found) {
        if (violation == null) {
            violation = found;
            world.eventLog().trace(() -> "VIOLATED %s".formatted(violation));
            world.end();
        }
    }

    private Pending pending(WorkerProcess process) {
        return pending.computeIfAbsent(process, _ -> new Pending());
    }

    /** Returns the polled records of a process that are not finished. */
    Set<Task> held(WorkerProcess process) {
        return pending(process).held;
    }

    /** Returns true if no partition of the process holds back jobs for want of room. */
    boolean isRoomy(WorkerProcess process) {
        return process.config().maxOpenPerPartition() >= ROOMY_JOBS
                && world.scenario().sizes().metadataChars() >= ROOMY_CHARS;
    }

    /** Returns true if the process has only to call the held task, for the first time. */
    boolean hasOnlyToCall(WorkerProcess process, Task task) {
        return task.needsCall
                && !task.sharesPrompt
                && task.started == 0
                && !task.isFinished()
                && !world.control().isCancelled(task)
                && !world.control().hasBeenPaused(task)
                && !process.isStopping()
                && !process.isReleasing(task.partition)
                && world.ledger(task.partition).isUntouched(task.offset());
    }

    /** Checks a result that a committed reader sees. */
    void onResult(Task task) {
        tiers.onResult(task);
    }

    /** Checks a cost event that a committed reader sees. */
    void onCost(Task task, CostEvent event) {
        budgets.onCost(task, event);
        standing.onCost(task, event);
    }

    /** Checks a call that a process starts. */
    void onStarted(WorkerProcess process, Task task) {
        if (!world.scenario().hasTiers()) {
            // Jobs that wait for the cheaper tier are overtaken.
            lanes.onStarted(process, task, pending(process).held);
            ages.onStarted(process, task, pending(process).held);
        }
        commands.onStarted(process, task);
        limits.onStarted(process, task);
    }

    /** Checks a call that the provider receives. */
    SentCall onSent(WorkerProcess process, Task task, String model, Upstream.Plan plan) {
        int running = world.ledger(task.partition).running(task.record);
        var sent = new SentCall(task, model, process, world.timeline().now(), plan, running);
        world.eventLog().add(EventType.SENT, task);
        if (hasStandingIntent(task)) {
            world.eventLog().add(EventType.SENT_UNDER_STANDING_INTENT, task);
        }
        world.eventLog().trace(() -> "  by %s, attempt %d, %s".formatted(process, running, plan));
        limits.onSent(sent);
        healingWatch.onSent(task);
        if (task.isExempt()) {
            task.sent.add(sent);
            return sent;
        }
        checkIntent(sent);
        checkOwnership(sent);
        checkRepeat(sent);
        checkModel(sent);
        task.sent.add(sent);
        budgets.onSent(task);
        // A process that was removed from the group continues until it learns of its removal.
        sent.isExempt = process.isRemovedFromGroup();
        long attempts = task.sent.stream().filter(it -> !it.isExcusable).count();
        if (attempts > process.config().maxAttempts()) {
            violated(Invariant.ATTEMPTS, "%s is sent %d times".formatted(task, attempts));
        }
        Pending own = pending(process);
        // An excused call and its repetition have an equal number in the ledger.
        own.unsettled.removeIf(it -> it.task == task);
        own.unsettled.add(sent);
        int models = world.scenario().sizes().models() * (world.scenario().hasTiers() ? 2 : 1);
        if (own.unsettled.size() > SlotBounds.of(process.config(), models).hardBound()) {
            violated(
                    Invariant.BOUNDS,
                    "%s has %d calls in flight".formatted(process, own.unsettled.size()));
        }
        return sent;
    }

    /** Returns true if a call of the task would start under a standing intent. */
    boolean hasStandingIntent(Task task) {
        return world.ledger(task.partition).hasStandingIntent(task.record);
    }

    /**
     * Returns the latest timestamp for which intents may stand that are committed now: a send
     * window later than now, or than a record that is taken.
     */
    long latestIntended(TopicPartition partition, LedgerView ledger) {
        long latest = JobRecords.SUBMITTED.plusNanos(world.timeline().now()).toEpochMilli();
        var taken = world.jobs().log(partition).tasks.headMap(ledger.known().frontier()).values();
        for (Task task : taken) {
            latest = Math.max(latest, task.record.timestamp());
        }
        var limits = new JobTopics.Limits(0, world.scenario().sizes().sessionTimeout());
        return latest + limits.sendWindow().toMillis() + TIMESTAMP_TOLERANCE_MILLIS;
    }

    private void checkIntent(SentCall sent) {
        boolean isNew =
                sent.task.sent.stream()
                        .allMatch(
                                earlier ->
                                        earlier.attempt < sent.attempt
                                                || (earlier.isExcusable
                                                        && earlier.attempt == sent.attempt));
        if (sent.attempt == 0 || !isNew) {
            violated(
                    Invariant.INTENT_FIRST,
                    "%s is sent by %s, but the committed attempt is %d"
                            .formatted(sent.task, sent.process, sent.attempt));
        }
    }

    private void checkOwnership(SentCall sent) {
        Group.Member owner = world.group().owner(sent.task.partition);
        if (owner != null && owner.process != sent.process) {
            violated(
                    Invariant.NO_SEND_WITHOUT_OWNERSHIP,
                    "%s is sent by %s, but %s owns its partition"
                            .formatted(sent.task, sent.process, owner));
        }
    }

    private void checkRepeat(SentCall sent) {
        SentCall last = sent.task.lastSent();
        if (last == null) {
            return;
        }
        world.eventLog().add(EventType.RESENT, sent.task);
        if (!last.isRetryable && !last.isExempt) {
            violated(
                    world.isUndisturbed()
                            ? Invariant.PLANNED_CHANGE_RESENDS_NOTHING
                            : Invariant.RESENT_ONLY_AFTER_FAILURE,
                    "%s is sent by %s, and was sent before by %s with outcome %s"
                            .formatted(sent.task, sent.process, last.process, last.outcome));
        }
    }

    private void checkModel(SentCall sent) {
        Task previous = sent.task.previous;
        if (previous != null && previous.sentForJob().anyMatch(it -> it.model.equals(sent.model))) {
            violated(
                    Invariant.NO_MODEL_TWICE,
                    "%s has fallen back, but is sent to %s again".formatted(sent.task, sent.model));
        }
    }

    void onPolled(WorkerProcess process, List<Task> tasks) {
        Pending own = pending(process);
        ages.onPolled(process, tasks);
        isolation.onPolled(process, tasks);
        healingWatch.onPolled(tasks);
        long before = bytes(own.held);
        tasks.stream()
                .filter(task -> !task.isFinished() && !task.isExempt())
                .forEach(own.held::add);
        long limit = process.config().maxHeldBytes();
        if (before > limit + world.heldBytesTolerance()) {
            violated(Invariant.BOUNDS, "%s holds %d bytes and polls".formatted(process, before));
        }
    }

    private static long bytes(Set<Task> tasks) {
        long bytes = 0;
        for (Task task : tasks) {
            bytes += Math.max(0, task.record.serializedValueSize());
        }
        return bytes;
    }

    /** Notes that a call of a process has ended or is being aborted. */
    void onCallEnded(WorkerProcess process, Task task) {
        commands.onCallEnded(process, task);
    }

    /** Notes that a process gets the report of a failed call. */
    void onFailed() {
        breakers.onFailed();
    }

    /** Notes a changed control state that a process has read. */
    void onControlRead(WorkerProcess process, ControlState state) {
        commands.onControlRead(process, state);
    }

    /** Checks a transaction before it is written. */
    void onCommit(WorkerProcess process, Transaction transaction) {
        commands.onCommit(process);
        limits.onCommit(process);
        transaction.offsets().forEach((partition, it) -> checkMetadata(process, partition, it));
    }

    private void checkMetadata(
            WorkerProcess process, TopicPartition partition, OffsetAndMetadata offset) {
        int chars = offset.metadata().length();
        int open = LedgerView.of(offset).openCount();
        if (chars > world.scenario().sizes().metadataChars()) {
            violated(
                    Invariant.BOUNDS,
                    "%s has %d characters for %s".formatted(process, chars, partition));
        }
        if (open > process.config().maxOpenPerPartition()) {
            violated(
                    Invariant.BOUNDS,
                    "%s has %d open jobs of %s".formatted(process, open, partition));
        }
    }

    /** Checks a deletion of the records below an offset. */
    void onDelete(WorkerProcess process, TopicPartition partition, long below) {
        long committed = world.ledger(partition).offset();
        if (below > committed) {
            violated(
                    Invariant.NEEDED_RECORDS_KEPT,
                    "%s deletes below %d of %s, but only %d is committed"
                            .formatted(process, below, partition, committed));
        }
    }

    /** Returns true if the marker of the partition's first use is committed. */
    boolean isMarked(TopicPartition partition) {
        return outcomes.isMarked(partition);
    }

    @Override
    public void onBegun(Transactions.Open open) {
        if (world.neighbors() != null) {
            world.neighbors().onBegun(open, open.content.records());
        }
    }

    @Override
    public void onAborted(Transactions.Open open) {
        if (world.neighbors() != null) {
            world.neighbors().onEnded(open, false);
        }
    }

    /** Checks a transaction that committed readers now see. */
    @Override
    public void onCommitted(Transactions.Open open) {
        if (world.neighbors() != null) {
            world.neighbors().onEnded(open, true);
        }
        world.eventLog().add(EventType.COMMITTED, open.process);
        outcomes.onCommitted(open.content);
        open.content
                .offsets()
                .forEach(
                        (partition, it) -> {
                            if (!world.isOtherTopic(partition, it)) {
                                onLedger(partition, LedgerView.of(it));
                                standing.onCommitted(open.process, partition, LedgerView.of(it));
                            }
                        });
        standing.check(open.process);
        pending.values().forEach(it -> it.held.removeIf(Task::isFinished));
        isolation.onCommitted(open.process);
    }

    private void onLedger(TopicPartition partition, LedgerView ledger) {
        world.eventLog().trace(() -> "  %s: %s".formatted(partition, ledger));
        checkLedger(partition, ledger);
        for (Pending work : pending.values()) {
            work.unsettled.removeIf(sent -> isSettled(sent, partition, ledger));
        }
    }

    private boolean isSettled(SentCall sent, TopicPartition partition, LedgerView ledger) {
        boolean isSettled =
                sent.task.partition.equals(partition)
                        && ledger.running(sent.task.record) != sent.attempt;
        if (isSettled) {
            sent.settledAtNanos = world.timeline().now();
        }
        return isSettled;
    }

    /** Checks both directions: no job is forgotten, and no finished job is open. */
    private void checkLedger(TopicPartition partition, LedgerView ledger) {
        for (Task task : world.jobs().log(partition).tasks.values()) {
            if (!task.isPolledEarly
                    && !task.isContinuedExempt()
                    && ledger.isFinished(task.offset()) != task.isFinished()) {
                violated(
                        Invariant.LEDGER_MATCHES_OUTCOMES,
                        "%s has %d outcomes, but the ledger is %s"
                                .formatted(task, task.outcomes, ledger));
            }
        }
    }

    /** Notes a report that ends its job. */
    void onFinalReport(WorkerProcess process, Task task) {
        pending(process).held.remove(task);
    }

    /** Exempts the calls in flight of a process that crashed or was removed from the group. */
    void onProcessLost(WorkerProcess process) {
        pending(process).unsettled.forEach(sent -> sent.isExempt = true);
    }

    /** Forgets the work of a process on partitions that it has released or lost. */
    void onReleased(WorkerProcess process, Collection<TopicPartition> partitions) {
        for (SentCall sent : pending(process).unsettled) {
            // Outcomes that the cluster rejected are lost with the partition.
            sent.isExempt |=
                    partitions.contains(sent.task.partition)
                            && world.isRejected(sent.task.partition);
        }
        pending(process).unsettled.removeIf(sent -> partitions.contains(sent.task.partition));
        pending(process).held.removeIf(task -> partitions.contains(task.partition));
        standing.onReleased(process, partitions);
    }

    /** Forgets the work on the deleted jobs of a recreated topic. */
    void onRecreated(String topic) {
        standing.onRecreated(topic);
        for (Pending work : pending.values()) {
            work.unsettled.removeIf(sent -> sent.task.isDeleted);
            work.held.removeIf(task -> task.isDeleted);
        }
    }

    /** Checks that the process may still open its producer. */
    void onOpen(WorkerProcess process) {
        instances.onOpen(process);
    }

    /** Notes that the process has learned that its producer is fenced. */
    void onFenced(WorkerProcess process) {
        instances.onFenced(process);
    }

    void onEnded(WorkerProcess process, String detail) {
        boolean isRequested = process.isStopping() && detail.equals("stopped");
        if (isRequested) {
            return;
        }
        if (process.hasDuplicate() && instances.isFencedTooOften(process)) {
            world.eventLog().add(EventType.DUPLICATE_ENDED, process);
        } else {
            violated(Invariant.LOOP_KEEPS_RUNNING, "%s has ended: %s".formatted(process, detail));
        }
    }

    /** Describes each partition with unfinished jobs; empty when all jobs have ended. */
    List<String> unfinished() {
        var unfinished = new ArrayList<String>();
        for (TopicPartition partition : world.jobs().partitions()) {
            var log = world.jobs().log(partition);
            LedgerView ledger = world.ledger(partition);
            boolean isRead = ledger.offset() == log.end || log.tasks.isEmpty();
            if (!isRead || ledger.openCount() > 0) {
                unfinished.add(partition + " is at " + ledger + ", but ends at " + log.end);
            }
        }
        return unfinished;
    }

    void atEnd() {
        if (violation == null) {
            outcomes.checkEnds(world.jobs().tasks());
            limits.atEnd();
        }
    }

    World world() {
        return world;
    }
}
