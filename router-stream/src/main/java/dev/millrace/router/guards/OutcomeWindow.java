package dev.millrace.router.guards;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Sliding window of the last outcomes of an arm or of its baseline, with their sums.
 *
 * <p>Stored as a version byte and two variable-length numbers per outcome, oldest first: its
 * milliseconds (complemented for an error) and its cost. An outcome takes about seven bytes.
 */
final class OutcomeWindow {
    /** Maximum capacity of a window. */
    static final int MAX_SIZE = 10_000;

    private static final byte VERSION = 1;

    private final int capacity;
    private final Deque<JobOutcome> outcomes = new ArrayDeque<>();
    private final SortedLatencies latencies = new SortedLatencies();
    private int errors;
    private long costNanoUsd;
    private boolean isChanged = true;

    /**
     * @param capacity maximum number of outcomes in the window, 1 to {@value #MAX_SIZE}
     */
    OutcomeWindow(int capacity) {
        if (capacity < 1 || capacity > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "window capacity must be 1 to " + MAX_SIZE + ": " + capacity);
        }
        this.capacity = capacity;
    }

    /** Adds an outcome; in a full window it replaces the oldest. */
    void add(JobOutcome outcome) {
        if (outcomes.size() == capacity) {
            JobOutcome oldest = outcomes.removeFirst();
            latencies.remove(oldest.upstreamMillis());
            count(oldest, -1);
        }
        outcomes.addLast(outcome);
        latencies.add(outcome.upstreamMillis());
        count(outcome, 1);
        isChanged = true;
    }

    private void count(JobOutcome outcome, int sign) {
        errors += outcome.isError() ? sign : 0;
        costNanoUsd += sign * outcome.costNanoUsd();
    }

    int size() {
        return outcomes.size();
    }

    int errors() {
        return errors;
    }

    /** Returns the cost of all jobs in the window, in billionths of a dollar. */
    long costNanoUsd() {
        return costNanoUsd;
    }

    SortedLatencies latencies() {
        return latencies;
    }

    /** Returns true if the window has changed since the last call or since it was read. */
    boolean pollChanged() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    byte[] encode() {
        int bytes = 1;
        for (JobOutcome outcome : outcomes) {
            bytes += ByteUtils.sizeOfVarlong(timeAndError(outcome));
            bytes += ByteUtils.sizeOfVarlong(outcome.costNanoUsd());
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (JobOutcome outcome : outcomes) {
            ByteUtils.writeVarlong(timeAndError(outcome), out);
            ByteUtils.writeVarlong(outcome.costNanoUsd(), out);
        }
        return out.array();
    }

    private static long timeAndError(JobOutcome outcome) {
        return outcome.isError() ? ~outcome.upstreamMillis() : outcome.upstreamMillis();
    }

    /** Reads a stored window. Null and unknown versions give an empty window. */
    static OutcomeWindow read(byte @Nullable [] stored, int capacity) {
        var window = new OutcomeWindow(capacity);
        if (stored == null || stored.length == 0 || stored[0] != VERSION) {
            return window;
        }
        var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
        while (in.hasRemaining()) {
            int time = Math.toIntExact(ByteUtils.readVarlong(in));
            boolean isError = time < 0;
            window.add(new JobOutcome(isError, isError ? ~time : time, ByteUtils.readVarlong(in)));
        }
        window.isChanged = false;
        return window;
    }
}
