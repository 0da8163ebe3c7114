package dev.millrace.worker.ledger;

/**
 * Which jobs of one partition are open: taken and not finished; and which of them are being called.
 *
 * <pre>
 *   offset()                                  frontier
 *      ▼                                         ▼
 *      o x x o x o o x x x x x x x x x o x x x x ·  ·  ·      o open   x finished   · not yet taken
 * </pre>
 *
 * <p>The lowest open offset is what is committed; the other open ones, what is known of their
 * calls, and the frontier are its metadata. Offsets that no record has (control records of
 * transactions, compaction) are never open, and so count as finished.
 *
 * <p>Records are shown to the ledger in ascending order: {@link #passTo} and {@link #look} at each,
 * then {@link #take} the open ones. After a restore, what was open before is met again in the same
 * order. An open job goes
 *
 * <pre>
 *            start                 endAttempt
 *   IDLE ─────────────► RUNNING ─────────────► IDLE        attempts + 1 for each start
 *     │  ◄─────────────    │
 *     │     withdraw       │                               attempts - 1: it was not sent
 *     └────── finish ──────┴─────► no longer open
 * </pre>
 */
public final class PartitionLedger {
    private final LedgerLimits bounds;
    private final OpenJobs open;

    /** What states are reckoned with: the bounds', or what an earlier owner has left. */
    private final int largestState;

    /** All records below have been met; at least the frontier when nothing is open. */
    private long passed;

    private PartitionLedger(LedgerLimits bounds, OpenJobs open, long passed) {
        this.bounds = bounds;
        this.open = open;
        int inherited = OpenJob.attempts(open.largestState());
        this.largestState = Math.max(bounds.largestState(), OpenJob.state(inherited, false));
        this.passed = passed;
    }

    /** What a record is to the ledger. */
    public enum Standing {
        /** Nobody has taken it yet. */
        NEW,
        /** An earlier owner took it and did not finish it. */
        UNFINISHED,
        /** Its job is done, or was taken here: it must not be taken again. */
        FINISHED
    }

    /**
     * A partition of which nothing has been committed.
     *
     * @param beginning the first offset that a record can have
     */
    public static PartitionLedger fresh(LedgerLimits bounds, long beginning) {
        return new PartitionLedger(bounds, new OpenJobs(beginning), beginning);
    }

    /**
     * What an earlier owner of the partition has left. Its bounds may have been others: what it has
     * admitted stays open, with the attempts that it has counted, and {@link #snapshot} keeps
     * within the limit by telling fewer attempts if need be. Only offsets that alone are beyond the
     * limit, since it was lowered, are told nevertheless.
     */
    public static PartitionLedger restored(Reading.Known known, LedgerLimits bounds) {
        var open = new OpenJobs(known.frontier());
        open.await(known.open());
        return new PartitionLedger(bounds, open, known.offset());
    }

    /** Reads the metadata of a committed offset, whichever topic's tag it has. */
    public static Reading read(long offset, String metadata) {
        return LedgerCodec.decode(offset, metadata);
    }

    /** What the record at that offset is. Changes nothing. */
    public Standing look(long offset) {
        if (offset >= open.frontier()) {
            return Standing.NEW;
        }
        int index = open.indexOf(offset);
        return index >= 0 && open.isAwaited(index) ? Standing.UNFINISHED : Standing.FINISHED;
    }

    /**
     * Whether the record at that offset can be taken: whatever the open jobs then come to, the
     * metadata keeps within its limit. Always so for one that is not {@link Standing#NEW}, and when
     * nothing is open.
     *
     * <p>It is reckoned with every job in the longest state. That is enough: no {@link
     * OffsetEncoding} grows when a job is finished, and the frontier moves only when one is taken,
     * or nothing is open.
     */
    public boolean hasRoomFor(long offset) {
        if (open.size() == 0 || offset < open.frontier()) {
            return true;
        }
        int count = open.size() + 1;
        return count <= LedgerCodec.MAX_OPEN
                && LedgerCodec.chars(open.leastBitsWith(offset), count, largestState)
                        <= bounds.limitChars();
    }

    /**
     * The job at that offset, {@link Standing#NEW} or {@link Standing#UNFINISHED}, is now open.
     *
     * @return with no attempts when it is new, else with those that the earlier owner has left; one
     *     that is running stays so until {@link #endAttempt} or {@link #finish}
     * @throws IllegalArgumentException when it is finished
     */
    public OpenJob take(long offset) {
        if (offset >= open.frontier()) {
            open.add(offset);
            return new OpenJob(offset, 0, false);
        }
        int index = open.indexOf(offset);
        if (index < 0 || !open.isAwaited(index)) {
            throw new IllegalArgumentException("offset " + offset + " is finished");
        }
        open.onMet(index);
        return OpenJob.of(offset, open.state(index));
    }

    /**
     * An attempt is about to be made. It is running from the next commit on.
     *
     * @return the attempts begun so far, this one included
     * @throws IllegalArgumentException when the job is not open, is running, or has had all the
     *     attempts of the bounds
     */
    public int start(long offset) {
        int index = indexOf(offset);
        int state = open.state(index);
        int attempts = OpenJob.attempts(state);
        if (OpenJob.isRunning(state) || attempts >= bounds.maxAttempts()) {
            throw new IllegalArgumentException(
                    "offset %d cannot start: running %s, attempts %d of %d"
                            .formatted(
                                    offset,
                                    OpenJob.isRunning(state),
                                    attempts,
                                    bounds.maxAttempts()));
        }
        open.setState(index, state + 1);
        return attempts + 1;
    }

    /**
     * The running attempt came to its end and the job goes on.
     *
     * @throws IllegalArgumentException when it is not open or not running
     */
    public void endAttempt(long offset) {
        int index = indexOfRunning(offset);
        open.setState(index, open.state(index) + 1);
    }

    /**
     * The running attempt was never sent, and does not count.
     *
     * @throws IllegalArgumentException when it is not open or not running
     */
    public void withdraw(long offset) {
        int index = indexOfRunning(offset);
        open.setState(index, open.state(index) - 1);
    }

    /**
     * The open job at that offset is done, and its result part of the next commit. Whether it is
     * running does not matter.
     *
     * @throws IllegalArgumentException when it is not open
     */
    public void finish(long offset) {
        open.remove(indexOf(offset));
        advance();
    }

    /**
     * Every record below that offset has been met. What was open and has not been met does not
     * exist any more.
     *
     * @return how many open jobs vanished; 0 unless records were deleted
     */
    public int passTo(long offset) {
        passed = Math.max(passed, offset);
        int vanished = 0;
        for (int i = 0; open.awaited() > 0 && i < open.size() && open.offset(i) < passed; ) {
            if (open.isAwaited(i)) {
                open.remove(i);
                vanished++;
            } else {
                i++;
            }
        }
        advance();
        return vanished;
    }

    /** Jobs taken and not finished, those of an earlier owner included. */
    public int openCount() {
        return open.size();
    }

    /** What is to be committed, but for the {@link TopicTag}. */
    public Snapshot snapshot() {
        long offset = open.size() == 0 ? open.frontier() : open.first();
        return new Snapshot(offset, LedgerCodec.encode(open, bounds.limitChars()));
    }

    /** With nothing open, offsets without a record need not be kept apart. */
    private void advance() {
        if (open.size() == 0) {
            open.moveFrontier(Math.max(open.frontier(), passed));
        }
    }

    private int indexOfRunning(long offset) {
        int index = indexOf(offset);
        if (!OpenJob.isRunning(open.state(index))) {
            throw new IllegalArgumentException("offset " + offset + " is not running");
        }
        return index;
    }

    private int indexOf(long offset) {
        int index = open.indexOf(offset);
        if (index < 0 || open.isAwaited(index)) {
            throw new IllegalArgumentException("offset " + offset + " is not open");
        }
        return index;
    }
}
