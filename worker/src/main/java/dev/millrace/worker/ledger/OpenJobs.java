package dev.millrace.worker.ledger;

import java.util.Arrays;

/**
 * The open jobs of a partition by ascending offset, what is known of their calls, and the frontier
 * above them. New ones come at the end; the bits that each list form takes for the offsets are kept
 * along. Two arrays that are searched in halves: a removal moves those of the shorter side, which
 * are few since jobs end roughly in order.
 */
final class OpenJobs {
    private static final int FEWEST = 16;
    private static final short AWAITED = 0x100;
    private static final short STATE = 0xFF;

    private final long[] gapBits = new long[OffsetEncoding.LISTS];
    private long[] offsets = new long[FEWEST];
    private short[] states = new short[FEWEST];
    private int head;
    private int size;
    private int awaited;
    private long frontier;

    OpenJobs(long frontier) {
        this.frontier = frontier;
    }

    /** Every offset from here on is new. */
    long frontier() {
        return frontier;
    }

    /** Moves the frontier while nothing is open. */
    void moveFrontier(long offset) {
        frontier = offset;
    }

    int size() {
        return size;
    }

    long first() {
        return offsets[head];
    }

    long offset(int index) {
        return offsets[head + index];
    }

    int state(int index) {
        return states[head + index] & STATE;
    }

    /** Whether its record has not been met since the restore. */
    boolean isAwaited(int index) {
        return (states[head + index] & AWAITED) != 0;
    }

    /** How many of them are awaited. */
    int awaited() {
        return awaited;
    }

    int largestState() {
        int largest = 0;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, state(i));
        }
        return largest;
    }

    /** Where that offset is; negative when it is not open. */
    int indexOf(long offset) {
        int index = Arrays.binarySearch(offsets, head, head + size, offset);
        return index < 0 ? -1 : index - head;
    }

    /** Adds a job at the frontier or above, with nothing open between, and moves the frontier. */
    void add(long offset) {
        if (size > 0) {
            long last = offset(size - 1);
            count(frontier - last, -1);
            count(offset - last, 1);
        }
        append(offset, (short) 0);
        frontier = offset + 1;
        count(1, 1);
    }

    /** Adds jobs below the frontier that an earlier owner had open, by ascending offset. */
    void await(Iterable<OpenJob> jobs) {
        for (OpenJob job : jobs) {
            if (size > 0) {
                count(job.offset() - offset(size - 1), 1);
            }
            append(job.offset(), (short) (job.state() | AWAITED));
            awaited++;
        }
        if (size > 0) {
            count(frontier - offset(size - 1), 1);
        }
    }

    void onMet(int index) {
        states[head + index] &= STATE;
        awaited--;
    }

    /** Sets the state of one that is not awaited. */
    void setState(int index, int state) {
        states[head + index] = (short) state;
    }

    void remove(int index) {
        long offset = offset(index);
        long after = index + 1 < size ? offset(index + 1) : frontier;
        count(after - offset, -1);
        if (index > 0) {
            long before = offset(index - 1);
            count(offset - before, -1);
            count(after - before, 1);
        }
        if (isAwaited(index)) {
            awaited--;
        }
        close(index);
    }

    /** Bits that a list form takes for the offsets. */
    long listBits(int list) {
        return OffsetEncoding.listBits(size, gapBits[list]);
    }

    /** The least bits that the offsets would take in any form with a new one at the end. */
    long leastBitsWith(long offset) {
        long last = offset(size - 1);
        long least = OffsetEncoding.bitmapBits(offset + 1 - first());
        for (int list = 0; list < OffsetEncoding.LISTS; list++) {
            long gaps =
                    gapBits[list]
                            - OffsetEncoding.gapBits(list, frontier - last)
                            + OffsetEncoding.gapBits(list, offset - last)
                            + OffsetEncoding.gapBits(list, 1);
            least = Math.min(least, OffsetEncoding.listBits(size + 1, gaps));
        }
        return least;
    }

    private void count(long gap, int sign) {
        for (int list = 0; list < OffsetEncoding.LISTS; list++) {
            gapBits[list] += (long) sign * OffsetEncoding.gapBits(list, gap);
        }
    }

    private void append(long offset, short state) {
        if (head + size == offsets.length) {
            makeRoom();
        }
        offsets[head + size] = offset;
        states[head + size] = state;
        size++;
    }

    private void makeRoom() {
        int length = size > offsets.length / 2 ? 2 * offsets.length : offsets.length;
        offsets = Arrays.copyOf(Arrays.copyOfRange(offsets, head, head + size), length);
        states = Arrays.copyOf(Arrays.copyOfRange(states, head, head + size), length);
        head = 0;
    }

    private void close(int index) {
        int at = head + index;
        if (index < size / 2) {
            System.arraycopy(offsets, head, offsets, head + 1, index);
            System.arraycopy(states, head, states, head + 1, index);
            head++;
        } else {
            System.arraycopy(offsets, at + 1, offsets, at, size - index - 1);
            System.arraycopy(states, at + 1, states, at, size - index - 1);
        }
        size--;
    }
}
