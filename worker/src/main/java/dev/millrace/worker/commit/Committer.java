package dev.millrace.worker.commit;

import dev.millrace.worker.commit.LogRecovery.Opening;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results and announcements of calls, in transactions that also commit the partitions'
 * ledgers. Belongs to the loop's thread.
 *
 * <p>A transaction has three steps: {@link #prepare} chooses its partitions and their pending
 * writes, then the caller announces calls of these partitions in their ledgers, and {@link #write}
 * commits both. Pending writes of a failed transaction stay in the batch of the next one. The
 * caller withdraws announced calls unless the result is {@link Result#WRITTEN}.
 */
public final class Committer {
    /** Delay after which rejected writes are retried. */
    public static final Duration REJECTED_RETRY = RejectedWrites.RETRY;

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final int MAX_RETRY_DOUBLINGS = 6;

    /** Failures in a row that show a problem; one is usual when the group or a broker changes. */
    private static final int MANY_FAILURES = 3;

    private final JobSource source;
    private final ResultLog log;
    private final LoopClock clock;
    private final WorkerMetrics metrics;
    private final CommitRateLimiter pace;

    /** The pace of transactions that begin early because a critical job waits for them. */
    private final CommitRateLimiter paceForCritical;

    private final LogRecovery recovery;
    private final PendingWrites pending;
    private final StandingIntents standing;
    private final RejectedWrites rejected = new RejectedWrites();

    /** The ledgers of the latest transaction. */
    private final Map<Partition, Snapshot> attempted = new LinkedHashMap<>();

    /** The start of the latest transaction. */
    private long begunNanos;

    /** The partitions that are written separately; empty to write all accepted partitions. */
    private Set<Partition> group = Set.of();

    private Predicate<Partition> included = PendingWrites::isAccepted;
    private long notBeforeNanos;
    private long notBeforeForCriticalNanos;
    private int failures;
    private String problem = "the producer is not open yet";

    /** The result of {@link #write}. */
    public enum Result {
        /** The transaction is written. */
        WRITTEN,
        /** The transaction is not written, or had nothing to write. */
        NOT_WRITTEN,
        /** The outcome is unknown; a deleted topic can be the cause. */
        UNKNOWN
    }

    public Committer(
            JobSource source,
            ResultLog log,
            PendingWrites pending,
            StandingIntents standing,
            LoopContext context) {
        this.source = source;
        this.log = log;
        this.pending = pending;
        this.standing = standing;
        this.clock = context.clock();
        this.metrics = context.metrics();
        this.pace = new CommitRateLimiter(context.config().commitInterval(), clock.nanos());
        this.paceForCritical =
                new CommitRateLimiter(context.config().commitInterval(), clock.nanos());
        this.recovery = new LogRecovery(source, log);
        this.notBeforeNanos = clock.nanos();
        this.notBeforeForCriticalNanos = clock.nanos();
    }

    private boolean hasNothingToWrite() {
        return !pending.hasAny(PendingWrites::isAccepted);
    }

    /**
     * Returns true while transactions succeed: the log is open, and the latest transactions have
     * not failed repeatedly. An open log with nothing to write counts as healthy again.
     */
    public boolean isHealthy() {
        return recovery.isOpen() && (failures < MANY_FAILURES || hasNothingToWrite());
    }

    /**
     * Returns true if calls under standing intents may start without a transaction. After a failed
     * transaction, some free slots belong to ended calls that are not written yet; only the next
     * transaction may use these slots.
     */
    public boolean mayUseStanding() {
        return isHealthy() && failures == 0 && pending.batchSize() == 0;
    }

    /** Returns a human-readable reason for the failure of the last transaction. */
    public String problem() {
        return problem;
    }

    /**
     * Returns true when something waits to be written for the given partitions, which are about to
     * be released.
     */
    public boolean hasWorkFor(Set<Partition> partitions) {
        long now = clock.nanos();
        return pending.hasAny(it -> partitions.contains(it) && !rejected.isPostponed(it, now));
    }

    /**
     * Retries rejected writes of these partitions at once, because they are about to be revoked.
     */
    public void retryRejected(Set<Partition> partitions) {
        rejected.retry(partitions, clock.nanos());
    }

    /**
     * Returns true when the log is open and nothing waits to be written, apart from writes that the
     * cluster rejects. Only the announcement of a call would then need a transaction.
     */
    public boolean isUpToDate() {
        return recovery.isOpen() && hasNothingToWrite();
    }

    /** Returns the nanoseconds until rejected writes are due; {@link Long#MAX_VALUE} for none. */
    public long untilRejectedNanos(long nowNanos) {
        return Math.max(rejected.untilNextNanos(nowNanos), untilAllowedNanos(nowNanos));
    }

    /** Returns the nanoseconds until the next transaction is allowed; 0 for now. */
    public long untilAllowedNanos(long nowNanos) {
        return Math.max(0, notBeforeNanos - nowNanos);
    }

    /** Returns true when the end of a critical job waits to be written. */
    public boolean hasCritical() {
        return pending.hasCritical();
    }

    /**
     * Returns the nanoseconds until the next transaction is allowed if a critical job waits for it;
     * 0 for now. Repetitions of failed transactions are never early.
     */
    public long untilAllowedForCriticalNanos(long nowNanos) {
        long allowed = untilAllowedNanos(nowNanos);
        return mayUseStanding()
                ? Math.min(allowed, Math.max(0, notBeforeForCriticalNanos - nowNanos))
                : allowed;
    }

    /** Forgets partitions that are no longer assigned, so that nothing more is written for them. */
    public void onGone() {
        pending.onGone();
        rejected.onGone();
    }

    /**
     * Prepares the next transaction: opens the log if needed, and chooses the partitions and their
     * pending writes.
     *
     * @return false when no transaction is possible now
     */
    public boolean prepare() {
        if (!recovery.isOpen() && !open()) {
            retryLater();
            return false;
        }
        group = rejected.next(clock.nanos());
        included = group.isEmpty() ? PendingWrites::isAccepted : group::contains;
        pending.moveToBatch(
                included,
                standing.expectsCritical()
                        ? PendingWrites.SHORT_TRANSACTION_BYTES
                        : PendingWrites.MAX_TRANSACTION_BYTES);
        return true;
    }

    /** Returns true for partitions of the prepared transaction. */
    public boolean isIncluded(Partition partition) {
        return included.test(partition);
    }

    /**
     * Counts ended calls as in flight if the prepared transaction leaves them out, since a crash
     * would repeat them.
     */
    public void countExcludedAsInFlight() {
        pending.countExcludedAsInFlight(included);
    }

    /** Takes back {@link #countExcludedAsInFlight}. */
    public void uncountExcluded() {
        pending.uncountExcluded(included);
    }

    /**
     * Writes the prepared transaction.
     *
     * @param announced jobs whose calls are marked as running in their ledgers
     */
    public Result write(List<Job> announced) {
        announced.forEach(job -> pending.onLedgerChanged(job.partition()));
        if (!pending.hasAny(included)) {
            endRejection(group);
            return Result.NOT_WRITTEN;
        }
        begunNanos = clock.nanos();
        Transaction transaction = transaction();
        return switch (log.commit(transaction)) {
            case Commit.Done _ -> {
                onWritten(announced.size());
                metrics.onCommit(transaction, clock.nanos() - begunNanos);
                yield Result.WRITTEN;
            }
            case Commit.Aborted aborted -> {
                onAborted(aborted);
                yield Result.NOT_WRITTEN;
            }
            case Commit.Rejected rejection -> {
                onRejected(rejection);
                yield Result.NOT_WRITTEN;
            }
            case Commit.OutcomeUnknown unknown -> {
                onOutcomeUnknown(unknown);
                yield Result.UNKNOWN;
            }
        };
    }

    private Transaction transaction() {
        attempted.clear();
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        List<Partition> changed = pending.changed(included);
        standing.plan(changed);
        for (Partition partition : changed) {
            Snapshot snapshot = partition.snapshot();
            partition.commits().onAttempted(snapshot);
            attempted.put(partition, snapshot);
            if (!partition.isTopicDeleted()) {
                offsets.put(
                        partition.id(),
                        new OffsetAndMetadata(snapshot.offset(), snapshot.metadata()));
            }
        }
        return new Transaction(pending.records(included), offsets, source.groupMetadata());
    }

    /**
     * Records that the latest transaction is written. If that is known only after a recovery, its
     * time includes the recovery; a long transaction raises the expected cost by little.
     */
    private void onWritten(int announced) {
        long ledgerChars = 0;
        for (var entry : attempted.entrySet()) {
            entry.getKey().onWritten(entry.getValue(), begunNanos);
            ledgerChars += entry.getValue().metadata().length();
        }
        int changes = pending.onWritten(attempted.keySet()) + announced;
        endRejection(attempted.keySet());
        failures = 0;
        long now = clock.nanos();
        if (begunNanos - notBeforeNanos < 0) {
            // Early transactions are few, so their pace depends on the ledgers only.
            notBeforeForCriticalNanos =
                    now + paceForCritical.onWritten(now, now - begunNanos, 0, ledgerChars);
        } else {
            long wait = pace.onWritten(now, now - begunNanos, changes, ledgerChars);
            notBeforeNanos = now + (pending.isFull() ? 0 : wait);
        }
    }

    private void endRejection(Set<Partition> written) {
        rejected.onWritten(written).forEach(pending::onAccepted);
    }

    private void onAborted(Commit.Aborted aborted) {
        metrics.onAborted();
        problem = aborted.reason();
        LOG.atWarn()
                .addKeyValue("results", pending.batchSize())
                .addKeyValue("failures", failures + 1)
                .log("a transaction was aborted and will be retried: {}", aborted.reason());
        retryLater();
    }

    /**
     * Handles a transaction that the cluster would reject again. Replaces results that are too
     * large, or narrows the search for the partition whose writes are rejected.
     */
    private void onRejected(Commit.Rejected rejection) {
        metrics.onAborted();
        problem = rejection.reason();
        recovery.onRejected();
        LOG.atWarn()
                .addKeyValue("partitions", attempted.size())
                .log("the cluster rejected a transaction: {}", rejection.reason());
        if (!rejected.onRejection()) {
            retryLater();
            return;
        }
        if (!pending.substitute(rejection)) {
            var tried = List.copyOf(attempted.keySet());
            boolean wasAccepted = tried.stream().allMatch(PendingWrites::isAccepted);
            if (rejected.narrow(tried, rejection.reason(), clock.nanos()) && wasAccepted) {
                tried.forEach(pending::onRejected);
            }
        }
        notBeforeNanos = clock.nanos() + FIRST_RETRY.toNanos();
    }

    private void onOutcomeUnknown(Commit.OutcomeUnknown unknown) {
        metrics.onAborted();
        problem = unknown.reason();
        LOG.atWarn()
                .addKeyValue("results", pending.batchSize())
                .addKeyValue("failures", failures + 1)
                .log(
                        "the outcome of a transaction is unknown; reopening the producer: {}",
                        unknown.reason());
        attempted.keySet().forEach(it -> it.commits().onInDoubt());
        recovery.onOutcomeUnknown(unknown, attempted, clock.nanos());
        retryLater();
    }

    private boolean open() {
        return switch (recovery.open()) {
            case Opening.Opened _ -> true;
            case Opening.OpenedAndWritten _ -> {
                // Partitions that have changed since then are written again.
                var changed = pending.changed(Partition::isOwned);
                onWritten(0);
                changed.forEach(pending::onLedgerChanged);
                yield true;
            }
            case Opening.Failed failed -> {
                problem = failed.reason();
                yield false;
            }
            case Opening.InDoubt _ -> {
                problem = "it is still unknown whether the latest transaction was written";
                yield false;
            }
        };
    }

    private void retryLater() {
        long wait = FIRST_RETRY.toNanos() << Math.min(failures, MAX_RETRY_DOUBLINGS);
        failures++;
        notBeforeNanos = clock.nanos() + wait;
    }
}
