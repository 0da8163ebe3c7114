package dev.millrace.worker.job;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.JobTopics.Committed;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition during one assignment. A later assignment creates another object, so that nothing
 * from the earlier assignment is committed. Belongs to the loop's thread.
 *
 * <pre>
 *   RESTORING ─────────── onRestored ──────────► ACTIVE ──startDraining──► DRAINING
 *     │ ▲ └─ onNothingCommitted ─► UNCOMMITTED ────▲                         │
 *     │ └────── onTopicReplaced ──────┘ │                                    │ leave
 *     └─────────────────────────────────┴─ stop ──► STOPPED ──── leave ────► GONE
 * </pre>
 *
 * <p>A lost partition is GONE at once, whatever its state. {@link #stop} leaves an ACTIVE or
 * DRAINING partition in its state: no further record is admitted, and its open jobs continue.
 */
public final class Partition {
    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    private static final LedgerLimits UNUSED =
            new LedgerLimits(JobTopics.Limits.DEFAULT.metadataChars(), 1);

    private final TopicPartition id;
    private final JobTopic topic;
    private final RecordBuffer buffer = new RecordBuffer();
    private final CommitProgress commits = new CommitProgress();
    private final Set<Job> jobs = new LinkedHashSet<>();

    private State state = State.RESTORING;
    private PartitionLedger ledger = PartitionLedger.fresh(UNUSED, 0);
    private @Nullable StoppedPartition stopped;
    private String rejection = "";
    private long pendingBytes;
    private boolean isPaused = true;

    private @Nullable CompletableFuture<Committed> lookup;
    private String topicId = "";
    private String topicTag = TopicTag.of("");
    private boolean isTopicDeleted;
    private @Nullable State requestedRestart;

    private enum State {
        /** The committed offset is being looked up. */
        RESTORING,
        /** No offset is committed; the reason is being looked up. */
        UNCOMMITTED,
        ACTIVE,
        STOPPED,
        DRAINING,
        GONE
    }

    /** Creates a partition that has just been assigned. */
    public Partition(TopicPartition id, JobTopic topic) {
        this.id = id;
        this.topic = topic;
    }

    /** Keeps the running lookup of the committed offset, which {@link #leave} cancels. */
    public void onLookup(CompletableFuture<Committed> running) {
        require(state == State.RESTORING, "is looked up");
        lookup = running;
    }

    /** Sets the id of the topic that holds the partition's records. */
    public void onTopicId(String topicId) {
        this.topicId = topicId;
        topicTag = TopicTag.of(topicId);
    }

    /** Records that no offset of this topic is committed. */
    public void onNothingCommitted() {
        require(state == State.RESTORING, "has nothing committed");
        state = State.UNCOMMITTED;
    }

    /** Restarts the lookup, because the topic was recreated since. */
    public void onTopicReplaced() {
        require(state == State.UNCOMMITTED, "has a new topic");
        state = State.RESTORING;
        lookup = null;
    }

    /**
     * Starts to take jobs.
     *
     * @param restored the ledger, which knows the finished jobs
     * @param offset of the next record to poll
     * @param committed the snapshot that is known to be committed; null for none
     */
    public void onRestored(PartitionLedger restored, long offset, @Nullable Snapshot committed) {
        require(isRestoring(), "is restored");
        state = State.ACTIVE;
        ledger = restored;
        buffer.onPolledTo(offset);
        commits.onRestored(offset, committed);
    }

    /**
     * Stops admission, with a reason that health shows. Open jobs continue.
     *
     * @param detail the reason in one human-readable sentence
     */
    public void stop(Reason reason, String detail) {
        require(state != State.GONE, "is stopped");
        if (!isOwned()) {
            state = State.STOPPED;
        }
        stopped = new StoppedPartition(id.toString(), reason, detail);
        LOG.atError().addKeyValue("partition", id).log("the partition is stopped: {}", detail);
    }

    /** Stops admission and lets running calls end. Only an active partition has running calls. */
    public void startDraining() {
        require(state != State.GONE, "is drained");
        if (state == State.ACTIVE) {
            state = State.DRAINING;
        }
    }

    /** Ends the assignment, and cancels the lookup. */
    public void leave() {
        require(state != State.GONE, "leaves");
        state = State.GONE;
        if (lookup != null) {
            lookup.cancel(false);
        }
    }

    private void require(boolean isLegal, String event) {
        if (!isLegal) {
            throw new IllegalStateException("%s %s while %s".formatted(id, event, state));
        }
    }

    /** Marks the topic as deleted. The partition restarts when the topic exists again. */
    public void onTopicDeleted() {
        isTopicDeleted = true;
        requestedRestart = State.RESTORING;
    }

    /** Requests a restart at the beginning, because the topic was recreated. */
    public void onTopicRecreated() {
        isTopicDeleted = false;
        requestedRestart = State.RESTORING;
    }

    /** Takes back {@link #onTopicDeleted}: the topic exists after all. */
    public void onTopicFound() {
        isTopicDeleted = false;
    }

    /** Requests a restart as if nothing were committed. */
    public void requestRestartUncommitted() {
        requestedRestart = State.UNCOMMITTED;
    }

    /** Returns true when a restart is requested, which waits for the open jobs to end. */
    public boolean needsRestart() {
        return requestedRestart != null;
    }

    /**
     * Returns a new object for the partition, which starts at the offset of the requested restart.
     * This object must have left.
     */
    public Partition restarted() {
        require(requestedRestart != null && state == State.GONE, "is restarted");
        var restarted = new Partition(id, topic);
        if (requestedRestart == State.UNCOMMITTED) {
            restarted.onNothingCommitted();
            restarted.onTopicId(topicId);
        }
        return restarted;
    }

    /** Records that the cluster rejects the partition's writes. */
    public void onRejected(String reason) {
        rejection = reason;
    }

    /** Records that the cluster accepts the partition's writes again. */
    public void onAccepted() {
        rejection = "";
    }

    /**
     * Records that the transaction with the partition's ledger is written.
     *
     * @param begunNanos start of the transaction
     */
    public void onWritten(Snapshot committed, long begunNanos) {
        commits.onWritten(committed, begunNanos);
        if (!isTopicDeleted) {
            // After a takeover the committed offset can be ahead of the last polled record.
            commits.onFinishedBelow(Math.min(committed.offset(), buffer.polledTo()));
        }
    }

    /** Adds a job that was admitted. */
    public void onOpened(Job job) {
        require(state == State.ACTIVE, "has a new job");
        jobs.add(job);
    }

    void onEnded(Job job) {
        jobs.remove(job);
    }

    /** Adds bytes that wait to be written; a negative number when they no longer wait. */
    public void addPendingBytes(long amount) {
        pendingBytes += amount;
    }

    public void onPaused() {
        isPaused = true;
    }

    public void onResumed() {
        isPaused = false;
    }

    public TopicPartition id() {
        return id;
    }

    public JobTopic topic() {
        return topic;
    }

    public String model() {
        return topic.model();
    }

    public Lane lane() {
        return topic.lane();
    }

    public PartitionLedger ledger() {
        return ledger;
    }

    /** Returns why no record is admitted; empty if records are admitted. */
    public Optional<StoppedPartition> stopped() {
        return isRejected()
                ? Optional.of(
                        new StoppedPartition(
                                id.toString(),
                                Reason.WRITES_REJECTED,
                                "its writes are rejected: " + rejection))
                : Optional.ofNullable(stopped);
    }

    /** Returns true when no record is admitted, even if there is room. */
    public boolean isStopped() {
        return isRejected() || stopped != null;
    }

    /** Returns why the cluster rejects the partition's writes; empty when it accepts them. */
    public String rejection() {
        return rejection;
    }

    /**
     * Returns true while the cluster rejects the partition's writes. Until the writes succeed, no
     * job is taken and no call announced; ended calls are kept and their writes retried.
     */
    public boolean isRejected() {
        return !rejection.isEmpty();
    }

    /**
     * Returns the id of the topic that holds the partition's records; empty while it is unknown.
     */
    public String topicId() {
        return topicId;
    }

    /** Returns true when the committed metadata belongs to a deleted topic of this name. */
    public boolean isOfAnotherTopic(String metadata) {
        return TopicTag.hasOtherTag(metadata, topicTag);
    }

    /** Returns true when the topic does not exist, so that no offset of it can be committed. */
    public boolean isTopicDeleted() {
        return isTopicDeleted;
    }

    /** Returns the running lookup of the committed offset; null before it has started. */
    public @Nullable CompletableFuture<Committed> lookup() {
        return lookup;
    }

    /** Returns true while the committed offset is being looked up. */
    public boolean awaitsCommittedOffset() {
        return state == State.RESTORING;
    }

    /** Returns true while the reason for the missing offset is being looked up. */
    public boolean isUncommitted() {
        return state == State.UNCOMMITTED;
    }

    /** Returns true until it is known which jobs are finished. */
    public boolean isRestoring() {
        return state == State.RESTORING || state == State.UNCOMMITTED;
    }

    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /** Returns true when offsets may be committed for the partition. */
    public boolean isOwned() {
        return state == State.ACTIVE || state == State.DRAINING;
    }

    public boolean isGone() {
        return state == State.GONE;
    }

    public boolean isPaused() {
        return isPaused;
    }

    /** Returns the ledger's state to commit. */
    public Snapshot snapshot() {
        Snapshot snapshot = ledger.snapshot();
        return new Snapshot(
                snapshot.offset(),
                topicTag + snapshot.metadata(),
                snapshot.standing(),
                snapshot.standingUntil());
    }

    /** Returns the commit progress of the ledger. */
    public CommitProgress commits() {
        return commits;
    }

    public long pendingBytes() {
        return pendingBytes;
    }

    /** Returns a copy of the current open jobs. */
    public List<Job> jobs() {
        return List.copyOf(jobs);
    }

    public boolean hasJobs() {
        return !jobs.isEmpty();
    }

    public boolean hasRunningCalls() {
        return jobs.stream().anyMatch(Job::isRunning);
    }

    /** Returns the open jobs without a running call. */
    public List<Job> waitingJobs() {
        return jobs.stream().filter(job -> !job.isRunning()).toList();
    }

    /** Returns true when the partition's state allows a buffered record to be admitted. */
    public boolean hasWaitingRecord() {
        return state == State.ACTIVE && rejection.isEmpty() && !buffer.isEmpty();
    }

    /** Returns the polled records that are not admitted yet. */
    public RecordBuffer buffer() {
        return buffer;
    }
}
