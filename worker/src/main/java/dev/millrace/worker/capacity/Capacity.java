package dev.millrace.worker.capacity;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counts the slots and bytes that the loop uses, and decides whether it can use more. Belongs to
 * the loop's thread.
 *
 * <p>A call is in flight from the transaction that announces it to the transaction that writes its
 * end. {@link SlotBounds#hardBound} therefore bounds the calls that are repeated after the process
 * is killed.
 *
 * <p>Held bytes are the bytes of polled records, open jobs and unwritten results. Pending bytes are
 * the held bytes of unwritten results.
 */
public final class Capacity {
    /** The normal lane is guaranteed this many times the bytes of another lane. */
    private static final int NORMAL_BYTES_WEIGHT = 5;

    private final long maxBytes;
    private final CallSlots slots;
    private final GuaranteedShares<JobTopic> bytes;
    private final Map<JobTopic, Long> waitingBytes = new HashMap<>();

    private int openJobs;
    private long pendingBytes;

    /**
     * @param config limits of calls in flight, and of the bytes of polled records, open jobs and
     *     unwritten results together; one poll for each topic can exceed the bytes
     * @param topics of all jobs: models share slots; models and their lanes share bytes
     * @param tiers names of the cheaper tiers of the models, each of which shares slots like a
     *     model
     */
    public Capacity(WorkerConfig config, Collection<JobTopic> topics, Collection<String> tiers) {
        this.maxBytes = config.maxHeldBytes();
        slots =
                new CallSlots(
                        config.maxInFlight(),
                        Stream.concat(topics.stream().map(JobTopic::model), tiers.stream())
                                .toList());
        var weights = new HashMap<JobTopic, Integer>();
        topics.forEach(it -> weights.put(it, bytesWeight(it.lane())));
        bytes = new GuaranteedShares<>(maxBytes, weights);
    }

    /**
     * Returns the weight of a lane's guaranteed bytes. It differs from the weight of the lane's
     * turns, because most jobs are normal and an unused guarantee is idle memory.
     */
    private static int bytesWeight(Lane lane) {
        return lane == Lane.NORMAL ? NORMAL_BYTES_WEIGHT : 1;
    }

    /** Returns true when a call may take the slot. */
    public boolean hasSlot(Slot slot) {
        return slots.isFree(slot);
    }

    /** Returns true when only critical calls of the model may start, in a reserved slot. */
    public boolean hasReserveAlone(String model) {
        return slots.isReserved(model);
    }

    /** Counts the slot's call as in flight. */
    public void takeSlot(Slot slot) {
        slots.take(slot);
    }

    /** Counts the slot's call as no longer in flight. */
    public void freeSlot(Slot slot) {
        slots.free(slot);
    }

    /**
     * Returns the number of further calls of any model that fit within the limit, without the
     * reserve for critical jobs.
     */
    public int freeSlots() {
        return slots.free();
    }

    /** Returns the numbers of slots. */
    public SlotBounds slotBounds() {
        return slots.bounds();
    }

    /**
     * Returns true when more records of a topic can be polled. Jobs that wait for another attempt
     * stay within their topic's guarantee: when they fill it, the topic cannot borrow. All jobs of
     * a paused model count as waiting.
     */
    public boolean hasBytes(JobTopic topic, boolean isPaused) {
        boolean ownPartOnly =
                isPaused || !bytes.fitsGuarantee(topic, waitingBytes.getOrDefault(topic, 0L) + 1);
        return bytes.used(topic) == 0
                || (ownPartOnly
                        ? bytes.fitsGuarantee(topic, bytes.used(topic) + 1)
                        : bytes.fits(topic, 1));
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
        return slots.inFlight();
    }

    /** Returns the number of calls of a model in flight. */
    public int inFlight(String model) {
        return slots.inFlight(model);
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
