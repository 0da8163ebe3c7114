package dev.millrace.worker.limits;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Counts the slots and bytes that the loop uses, and decides whether more may be used. Belongs to
 * the loop's thread.
 *
 * <p>A call is in flight from the transaction that announces it to the transaction that writes its
 * end. The slots therefore bound how many calls are repeated after the process is killed.
 *
 * <p>Held bytes are those of polled records, open jobs and unwritten results. Pending bytes are the
 * held bytes of unwritten results.
 */
public final class Capacity {
    /** One slot in this many is reserved for critical jobs, but at least one. */
    private static final int RESERVE_DIVISOR = 100;

    /** Fewer slots than this have no reserve. */
    private static final int MIN_SHARED = 20;

    private final long maxBytes;
    private final GuaranteedShares<String> slots;
    private final GuaranteedShares<JobTopic> bytes;
    private final Map<JobTopic, Long> waitingBytes = new HashMap<>();

    private int openJobs;
    private long pendingBytes;

    /**
     * @param config limits of calls in flight; and of polled records, open jobs and unwritten
     *     results together, to which one poll for each topic may be added
     * @param topics of all jobs: models share slots, and the lanes of each model share bytes
     */
    public Capacity(WorkerConfig config, Collection<JobTopic> topics) {
        this.maxBytes = config.maxHeldBytes();
        int all = config.maxInFlight();
        slots = new GuaranteedShares<>(all, reserve(all), weights(topics, JobTopic::model, _ -> 1));
        bytes =
                new GuaranteedShares<>(
                        maxBytes, 0, weights(topics, it -> it, config.laneWeights()::of));
    }

    private static <P> Map<P, Integer> weights(
            Collection<JobTopic> topics, Function<JobTopic, P> party, ToIntFunction<Lane> weight) {
        var weights = new HashMap<P, Integer>();
        topics.forEach(it -> weights.put(party.apply(it), weight.applyAsInt(it.lane())));
        return weights;
    }

    private static int reserve(int slots) {
        return slots < MIN_SHARED ? 0 : Math.max(1, slots / RESERVE_DIVISOR);
    }

    /** Returns true when another call may be in flight for the job's model. */
    boolean hasSlot(Job job) {
        return slots.fits(job.partition().model(), 1, job.isCritical());
    }

    /** Counts a call of the model as in flight. */
    public void takeSlot(String model) {
        slots.add(model, 1);
    }

    /** Counts a call of the model as no longer in flight. */
    public void freeSlot(String model) {
        slots.add(model, -1);
    }

    /**
     * Returns true when more records of a topic may be polled. Jobs that wait for another attempt
     * stay within their topic's guarantee: when they fill it, the topic may borrow nothing. All
     * jobs of a paused model count as waiting.
     */
    public boolean hasBytes(JobTopic topic, boolean isPaused) {
        boolean ownPartOnly =
                isPaused || !bytes.fitsGuarantee(topic, waitingBytes.getOrDefault(topic, 0L) + 1);
        return bytes.used(topic) == 0
                || (ownPartOnly
                        ? bytes.fitsGuarantee(topic, bytes.used(topic) + 1)
                        : bytes.fits(topic, 1, false));
    }

    /** Counts bytes that the partition holds; a negative amount releases bytes. */
    public void onHeld(Partition partition, long amount) {
        bytes.add(partition.topic(), amount);
    }

    /** Counts a job that was admitted. */
    public void onOpened() {
        openJobs++;
    }

    /** Counts a job as ended, and releases its bytes. */
    public void onEnded(Job job) {
        openJobs--;
        onHeld(job.partition(), -job.bytes());
    }

    /** Counts the job's bytes as waiting for its next attempt. */
    public void onWaitBegun(Job job) {
        addWaiting(job, job.bytes());
    }

    /** Counts the job's bytes as no longer waiting. */
    public void onWaitEnded(Job job) {
        addWaiting(job, -job.bytes());
    }

    private void addWaiting(Job job, long amount) {
        waitingBytes.merge(job.partition().topic(), amount, (a, b) -> a + b);
    }

    /** Counts bytes of the partition that wait to be written; a negative amount releases bytes. */
    public void onPending(Partition partition, long amount) {
        partition.addPendingBytes(amount);
        pendingBytes += partition.isRejected() ? 0 : amount;
        onHeld(partition, amount);
    }

    /** Stops counting the partition's pending bytes, because the cluster rejects its writes. */
    public void onRejected(Partition partition) {
        pendingBytes -= partition.pendingBytes();
    }

    /** Counts the partition's pending bytes again, because the cluster accepts its writes. */
    public void onAccepted(Partition partition) {
        pendingBytes += partition.pendingBytes();
    }

    /**
     * Returns true while further calls may add results. Rejected results do not count, since they
     * would stop all models; their number is limited, because their calls keep their slots.
     */
    public boolean hasRoomForResults() {
        return pendingBytes < maxBytes;
    }

    public int openJobs() {
        return openJobs;
    }

    public int inFlight() {
        return Math.toIntExact(slots.total());
    }

    /** Returns the bytes of results that wait for their commit, without rejected results. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /** Returns the bytes of records, jobs and results. */
    public long allBytes() {
        return bytes.total();
    }
}
