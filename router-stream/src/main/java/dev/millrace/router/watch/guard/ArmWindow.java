package dev.millrace.router.watch.guard;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * The last outcomes of an arm, or of all others, with their sums.
 *
 * <p>Stored as a version byte and, for each outcome from the oldest on, two variable-length
 * numbers: its milliseconds, complemented for an error, and its cost. That is about seven bytes.
 */
final class ArmWindow {
    /** The largest window that there is. */
    static final int MOST = 10_000;

    private static final byte VERSION = 1;

    private final int capacity;
    private final Deque<Outcome> outcomes = new ArrayDeque<>();
    private final SortedTimes times = new SortedTimes();
    private int errors;
    private long costNanoUsd;
    private boolean isChanged = true;

    /**
     * @param capacity how many of the last outcomes it holds, 1 to {@value #MOST}
     */
    ArmWindow(int capacity) {
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException("a window holds 1 to " + MOST + ": " + capacity);
        }
        this.capacity = capacity;
    }

    /** The newest outcome takes the place of the oldest. */
    void add(Outcome outcome) {
        if (outcomes.size() == capacity) {
            Outcome oldest = outcomes.removeFirst();
            times.remove(oldest.upstreamMillis());
            count(oldest, -1);
        }
        outcomes.addLast(outcome);
        times.add(outcome.upstreamMillis());
        count(outcome, 1);
        isChanged = true;
    }

    private void count(Outcome outcome, int sign) {
        errors += outcome.isError() ? sign : 0;
        costNanoUsd += sign * outcome.costNanoUsd();
    }

    int size() {
        return outcomes.size();
    }

    int errors() {
        return errors;
    }

    /** What all its jobs cost, in billionths of a dollar. */
    long costNanoUsd() {
        return costNanoUsd;
    }

    SortedTimes times() {
        return times;
    }

    /** Whether it differs from what was stored when this was last asked. */
    boolean takeChange() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    byte[] encode() {
        int bytes = 1;
        for (Outcome outcome : outcomes) {
            bytes += ByteUtils.sizeOfVarlong(timeAndError(outcome));
            bytes += ByteUtils.sizeOfVarlong(outcome.costNanoUsd());
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (Outcome outcome : outcomes) {
            ByteUtils.writeVarlong(timeAndError(outcome), out);
            ByteUtils.writeVarlong(outcome.costNanoUsd(), out);
        }
        return out.array();
    }

    private static long timeAndError(Outcome outcome) {
        return outcome.isError() ? ~outcome.upstreamMillis() : outcome.upstreamMillis();
    }

    /** Reads what was stored; what another version wrote, or null, is an empty window. */
    static ArmWindow read(byte @Nullable [] stored, int capacity) {
        var window = new ArmWindow(capacity);
        if (stored == null || stored.length == 0 || stored[0] != VERSION) {
            return window;
        }
        var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
        while (in.hasRemaining()) {
            int time = Math.toIntExact(ByteUtils.readVarlong(in));
            boolean isError = time < 0;
            window.add(new Outcome(isError, isError ? ~time : time, ByteUtils.readVarlong(in)));
        }
        window.isChanged = false;
        return window;
    }
}
