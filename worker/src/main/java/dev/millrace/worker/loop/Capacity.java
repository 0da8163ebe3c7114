package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.job.Lane;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What the loop holds at this moment, and whether more fits. Belongs to the loop's thread.
 *
 * <p>A call is in flight from the transaction that announces it to the one that writes its end: so
 * many calls are made again at most when the process is killed.
 */
final class Capacity {
    /**
     * One slot in so many is for critical jobs only, and one at least of a number worth sharing.
     */
    private static final int RESERVE_DIVISOR = 100;

    private static final int LEAST_SHARED = 20;

    private final long maxBytes;
    private final GuaranteedShares<String> dispatcher;
    private final GuaranteedShares<JobTopic> bytes;
    private final Map<JobTopic, Long> waitingBytes = new HashMap<>();

    private int openJobs;
    private long settledBytes;

    /**
     * @param config calls in flight at most; and polled records, open jobs and unwritten results at
     *     most, to which one poll for each topic may be added
     * @param topics of all jobs: slots are shared by models, bytes by the lanes of each
     */
    Capacity(WorkerConfig config, Collection<JobTopic> topics) {
        this.maxBytes = config.maxHeldBytes();
        int slots = config.maxInFlight();
        dispatcher =
                new GuaranteedShares<>(
                        slots, reserve(slots), weights(topics, JobTopic::model, _ -> 1));
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
        return slots < LEAST_SHARED ? 0 : Math.max(1, slots / RESERVE_DIVISOR);
    }

    /** Whether another call to that model may be in flight. */
    boolean hasSlot(String model, boolean critical) {
        return dispatcher.fits(model, 1, critical);
    }

    /**
     * Whether more records of that topic may be polled. What waits for another attempt keeps within
     * its topic's own part: when it fills that, nothing more is borrowed. All of a model that is
     * paused waits.
     */
    boolean hasBytes(JobTopic topic, boolean paused) {
        boolean ownPartOnly =
                paused || !bytes.fitsOwnPart(topic, waitingBytes.getOrDefault(topic, 0L) + 1);
        return bytes.used(topic) == 0
                || (ownPartOnly
                        ? bytes.fitsOwnPart(topic, bytes.used(topic) + 1)
                        : bytes.fits(topic, 1, false));
    }

    /**
     * Returns true while further calls may add results. Results that the cluster refuses do not
     * count: they would stop all models. The slots that their calls keep limit their number.
     */
    boolean hasRoomForResults() {
        return settledBytes < maxBytes;
    }

    /** Something of that partition was polled; a negative number when it is no longer held. */
    void onHeld(Partition partition, long amount) {
        bytes.add(partition.topic, amount);
    }

    void onOpened(Job job) {
        openJobs++;
    }

    void onEnded(Job job) {
        openJobs--;
        onHeld(job.partition, -job.bytes());
    }

    /** The job waits for its next attempt, or no longer does. */
    void onWaiting(Job job, boolean begins) {
        waitingBytes.merge(
                job.partition.topic, begins ? job.bytes() : -job.bytes(), (a, b) -> a + b);
    }

    /** Something is to be committed, or no longer is. */
    void onSettled(PendingWrite write, boolean begins) {
        long amount = begins ? write.bytes() : -write.bytes();
        Partition partition = write.partition();
        partition.settledBytes += amount;
        settledBytes += partition.refusal.isEmpty() ? amount : 0;
        onHeld(partition, amount);
    }

    /** The cluster begins or ceases to reject the partition's writes. */
    void onRefused(Partition partition, boolean begins) {
        settledBytes += begins ? -partition.settledBytes : partition.settledBytes;
    }

    /** A call of that model begins to be in flight. */
    void onAnnounced(String model) {
        dispatcher.add(model, 1);
    }

    /** A call of that model is in flight no more. */
    void onSlotFreed(String model) {
        dispatcher.add(model, -1);
    }

    int openJobs() {
        return openJobs;
    }

    int inFlight() {
        return Math.toIntExact(dispatcher.total());
    }

    /** Results that wait for their commit, but for those that the cluster refuses. */
    long settledBytes() {
        return settledBytes;
    }

    /** Records, jobs and results. */
    long allBytes() {
        return bytes.total();
    }
}
