package dev.millrace.worker.loop;

import java.util.HashMap;
import java.util.Map;

/**
 * What the loop holds at this moment, and whether more fits. Belongs to the loop's thread.
 *
 * <p>A call is in flight from the transaction that announces it to the one that writes its end: so
 * many calls are made again at most when the process is killed.
 */
final class Holdings {
    /**
     * One slot in so many is for critical jobs only, and one at least of a number worth sharing.
     */
    private static final int RESERVE_DIVISOR = 100;

    private static final int LEAST_SHARED = 20;

    private final long maxBytes;
    private final Shares flights;
    private final Shares bytes;
    private final Map<String, Long> waitingBytes = new HashMap<>();

    private int openJobs;
    private long settledBytes;

    /**
     * @param maxInFlight calls in flight at most
     * @param maxBytes polled records, open jobs and unwritten results at most; one poll for each
     *     model may come on top
     * @param models how many models share that
     */
    Holdings(int maxInFlight, long maxBytes, int models) {
        this.maxBytes = maxBytes;
        flights = new Shares(maxInFlight, reserve(maxInFlight), models);
        bytes = new Shares(maxBytes, 0, models);
    }

    private static int reserve(int slots) {
        return slots < LEAST_SHARED ? 0 : Math.max(1, slots / RESERVE_DIVISOR);
    }

    /** Whether another call to that model may be in flight. */
    boolean hasSlot(String model, boolean critical) {
        return flights.fits(model, 1, critical);
    }

    /**
     * Whether more records of that model may be polled. What waits for another attempt keeps within
     * its model's own part: when it fills that, nothing more is borrowed.
     */
    boolean hasBytes(String model) {
        boolean ownPartIsFull = !bytes.fitsOwnPart(waitingBytes.getOrDefault(model, 0L) + 1);
        return bytes.used(model) == 0
                || (ownPartIsFull
                        ? bytes.fitsOwnPart(bytes.used(model) + 1)
                        : bytes.fits(model, 1, false));
    }

    /** Whether results may be added by further calls. */
    boolean hasRoomForResults() {
        return settledBytes < maxBytes;
    }

    /** Something of that partition was polled; a negative number when it is no longer held. */
    void onHeld(Partition partition, long amount) {
        bytes.add(partition.model, amount);
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
                job.partition.model, begins ? job.bytes() : -job.bytes(), (a, b) -> a + b);
    }

    /** Something is to be committed, or no longer is. */
    void onSettled(Settled settled, boolean begins) {
        long amount = begins ? settled.bytes() : -settled.bytes();
        settledBytes += amount;
        onHeld(settled.partition(), amount);
    }

    /** A call of that model begins to be in flight. */
    void onAnnounced(String model) {
        flights.add(model, 1);
    }

    /** A call of that model is in flight no more. */
    void onSlotFreed(String model) {
        flights.add(model, -1);
    }

    int openJobs() {
        return openJobs;
    }

    int inFlight() {
        return Math.toIntExact(flights.total());
    }

    /** Results that wait for their commit. */
    long settledBytes() {
        return settledBytes;
    }

    /** Records, jobs and results. */
    long allBytes() {
        return bytes.total();
    }
}
