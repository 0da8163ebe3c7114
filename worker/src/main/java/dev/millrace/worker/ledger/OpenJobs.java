package dev.millrace.worker.ledger;

import java.util.Arrays;

/**
 * The open jobs of a partition by ascending offset, the states of their calls, and the frontier
 * above them. New jobs are added at the end. Maintains the size of each list encoding of the
 * offsets. Uses two arrays with binary search; a removal moves the jobs of the shorter side, which
 * are few because jobs end roughly in order.
 */
final class OpenJobs {
    private static final int INITIAL_CAPACITY = 16;
    private static final short AWAITED = 0x100;
    private static final short STATE = 0xFF;

    /** The bits above {@link #AWAITED} count the ended attempts that cost nothing, up to 100. */
    private static final int UNBILLED_SHIFT = 9;

    private static final int UNBILLED = 0x7F;

    private final long[] gapBits = new long[OffsetEncoding.LISTS];
    private long[] offsets = new long[INITIAL_CAPACITY];
    private short[] states = new short[INITIAL_CAPACITY];
    private int head;
    private int size;
    private int awaited;
    private long frontier;

    OpenJobs(long frontier) {
        this.frontier = frontier;
    }

    /** Returns the frontier: every offset from here on is new. */
    long frontier() {
        return frontier;
    }

    /** Moves the frontier; allowed only while no job is open. */
    void moveFrontier(long offset) {
        frontier = offset;
    }

    int size() {
        return size;
    }

    long first() {
        return offsets[head];
    }

    /** Returns the offset to commit: the first open one, or the frontier. */
    long offset() {
        return size == 0 ? frontier : first();
    }

    long offset(int index) {
        return offsets[head + index];
    }

    int state(int index) {
        return states[head + index] & STATE;
    }

    /** Returns the number of ended attempts that are known to have cost nothing. */
    int unbilled(int index) {
        return (states[head + index] >> UNBILLED_SHIFT) & UNBILLED;
    }

    /** Counts an ended attempt that has cost nothing. */
    void addUnbilled(int index) {
        states[head + index] = (short) (states[head + index] + (1 << UNBILLED_SHIFT));
    }

    OpenJob get(int index) {
        int state = state(index);
        return new OpenJob(
                offset(index), OpenJob.attempts(state), OpenJob.isRunning(state), unbilled(index));
    }

    /**
     * Returns true if an earlier owner left the job open and its record has not been seen since.
     */
    boolean isAwaited(int index) {
        return (states[head + index] & AWAITED) != 0;
    }

    /** Returns the number of awaited jobs. */
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

    /** Returns the index of an offset; negative if the offset is not open. */
    int indexOf(long offset) {
        int index = Arrays.binarySearch(offsets, head, head + size, offset);
        return index < 0 ? -1 : index - head;
    }

    /**
     * Adds a job at or above the frontier, and moves the frontier. No offset between the frontier
     * and the job is open.
     */
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

    /** Adds jobs below the frontier that an earlier owner left open, by ascending offset. */
    void await(Iterable<OpenJob> jobs) {
        for (OpenJob job : jobs) {
            if (size > 0) {
                count(job.offset() - offset(size - 1), 1);
            }
            append(
                    job.offset(),
                    (short) (job.state() | AWAITED | (job.unbilled() << UNBILLED_SHIFT)));
            awaited++;
        }
        if (size > 0) {
            count(frontier - offset(size - 1), 1);
        }
    }

    void onSeen(int index) {
        states[head + index] = (short) (states[head + index] & ~AWAITED);
        awaited--;
    }

    /** Sets the state of a job that is not awaited. */
    void setState(int index, int state) {
        states[head + index] = (short) ((states[head + index] & ~STATE) | state);
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

    /** Returns the number of bits that a list encoding takes for the offsets. */
    long listBits(int list) {
        return OffsetEncoding.listBits(size, gapBits[list]);
    }

    /**
     * Returns the smallest number of bits that the offsets would take in any encoding if the given
     * offset were added at the end.
     */
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
