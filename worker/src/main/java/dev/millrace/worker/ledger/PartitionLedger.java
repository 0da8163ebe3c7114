package dev.millrace.worker.ledger;

/**
 * Tracks which jobs of a partition are open, that is, admitted and not finished, and which of them
 * are being called.
 *
 * <pre>
 *   offset()                                  frontier
 *      ▼                                         ▼
 *      o x x o x o o x x x x x x x x x o x x x x ·  ·  ·      o open   x finished   · not yet taken
 * </pre>
 *
 * <p>The lowest open offset is committed. Its metadata contains the other open offsets, the states
 * of the calls, the frontier, and the number of <em>standing intents</em> above it. Offsets without
 * a record (control records of transactions, compaction) are never open and therefore count as
 * finished.
 *
 * <p>Records are passed to the ledger in ascending order: {@link #passTo} and {@link #status} for
 * each record, then {@link #take} for the open ones. After a restore, the records that were open
 * before are seen again in the same order. The states of an open job:
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

    /**
     * Largest state that a job can reach, for computing sizes: from the limits, or from the jobs of
     * an earlier owner.
     */
    private final int largestState;

    /** The earlier owner may have called new jobs below this offset, under its standing intents. */
    private final long inheritedTo;

    /** The earlier owner has called no new job with a later timestamp, in milliseconds. */
    private final long inheritedUntil;

    /** Offset below which all records were seen; not above the frontier while no job is open. */
    private long passed;

    /** Number of standing intents for the next snapshots, apart from inherited ones. */
    private int standing;

    /** Latest timestamp of a record with such an intent, in milliseconds. */
    private long standingUntil;

    /** Timestamp of the latest new job, in milliseconds; 0 before. */
    private long lastTimestamp;

    /** Number of new jobs that were taken. */
    private long taken;

    private PartitionLedger(
            LedgerLimits bounds,
            OpenJobs open,
            long passed,
            long inheritedTo,
            long inheritedUntil) {
        this.bounds = bounds;
        this.inheritedTo = inheritedTo;
        this.inheritedUntil = inheritedUntil;
        this.open = open;
        int inherited = OpenJob.attempts(open.largestState());
        this.largestState = Math.max(bounds.largestState(), OpenJob.state(inherited, false));
        this.passed = passed;
    }

    public enum RecordStatus {
        /** The record was never taken. */
        NEW,
        /** An earlier owner took the record and did not finish its job. */
        UNFINISHED,
        /** The job is finished or was taken by this owner; it must not be taken again. */
        FINISHED
    }

    /**
     * Creates the ledger of a partition without a committed offset.
     *
     * @param beginning the first offset that a record can have
     */
    public static PartitionLedger fresh(LedgerLimits bounds, long beginning) {
        return new PartitionLedger(bounds, new OpenJobs(beginning), beginning, beginning, 0);
    }

    /**
     * Restores the ledger of an earlier owner, whose limits can have been different. Jobs that the
     * earlier owner admitted stay open with their attempts. {@link #snapshot} stays within the
     * limit by writing fewer attempts if necessary. Offsets that exceed a lowered limit even
     * without attempts are written in full.
     */
    public static PartitionLedger restored(Reading.Known known, LedgerLimits bounds) {
        var open = new OpenJobs(known.frontier());
        open.await(known.open());
        return new PartitionLedger(
                bounds,
                open,
                known.offset(),
                known.frontier() + known.standing(),
                known.standingUntil());
    }

    /** Reads the metadata of a committed offset, ignoring the topic tag. */
    public static Reading read(long offset, String metadata) {
        return LedgerCodec.decode(offset, metadata);
    }

    /** Returns the status of the record at an offset. Changes nothing. */
    public RecordStatus status(long offset) {
        if (offset >= open.frontier()) {
            return RecordStatus.NEW;
        }
        int index = open.indexOf(offset);
        return index >= 0 && open.isAwaited(index)
                ? RecordStatus.UNFINISHED
                : RecordStatus.FINISHED;
    }

    /**
     * Returns true if the record at an offset can be taken: the metadata will stay within its limit
     * whatever states the open jobs reach. Always true for a record that is not {@link
     * RecordStatus#NEW}, and while no job is open.
     *
     * <p>Computes with the longest state for every job. This is sufficient, because no {@link
     * OffsetEncoding} grows when a job is finished, and the frontier moves only when a job is taken
     * or no job is open.
     */
    public boolean hasRoomFor(long offset) {
        if (open.size() == 0 || offset < open.frontier()) {
            return true;
        }
        int count = open.size() + 1;
        return count <= LedgerCodec.MAX_OPEN
                && LedgerCodec.chars(
                                open.leastBitsWith(offset),
                                count,
                                largestState,
                                inherited() == 0 ? 0 : LedgerCodec.STANDING_BYTES)
                        <= bounds.limitChars();
    }

    /**
     * Opens the job at an offset that is {@link RecordStatus#NEW} or {@link
     * RecordStatus#UNFINISHED}.
     *
     * @param timestamp of the record, in milliseconds
     * @return the job; without attempts if it is new, otherwise with the attempts of the earlier
     *     owner; a running attempt stays running until {@link #endAttempt} or {@link #finish}. A
     *     new job under an inherited standing intent has a running attempt
     * @throws IllegalArgumentException if the job is finished
     */
    public OpenJob take(long offset, long timestamp) {
        if (offset >= open.frontier()) {
            lastTimestamp = timestamp;
            taken++;
            open.add(offset);
            if (offset < inheritedTo && timestamp <= inheritedUntil) {
                open.setState(open.size() - 1, OpenJob.state(1, true));
            }
            return open.get(open.size() - 1);
        }
        int index = open.indexOf(offset);
        if (index < 0 || !open.isAwaited(index)) {
            throw new IllegalArgumentException("offset " + offset + " is finished");
        }
        open.onSeen(index);
        return open.get(index);
    }

    /**
     * Starts an attempt, which counts as running from the next commit on.
     *
     * @return the attempts started so far, including this one
     * @throws IllegalArgumentException if the job is not open, is running, or has used all attempts
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
     * Ends the running attempt of a job that stays open.
     *
     * @throws IllegalArgumentException if the job is not open or not running
     */
    public void endAttempt(long offset) {
        int index = indexOfRunning(offset);
        open.setState(index, open.state(index) + 1);
    }

    /**
     * Ends the running attempt of a job that stays open, and records that the attempt cost nothing.
     *
     * @throws IllegalArgumentException if the job is not open or not running
     */
    public void endUnbilledAttempt(long offset) {
        endAttempt(offset);
        open.addUnbilled(indexOf(offset));
    }

    /**
     * Withdraws the running attempt, which was never sent and does not count.
     *
     * @throws IllegalArgumentException if the job is not open or not running
     */
    public void withdraw(long offset) {
        int index = indexOfRunning(offset);
        open.setState(index, open.state(index) - 1);
    }

    /**
     * Finishes an open job, running or not; its result is part of the next commit.
     *
     * @throws IllegalArgumentException if the job is not open
     */
    public void finish(long offset) {
        open.remove(indexOf(offset));
        advance();
    }

    /**
     * Records that all records below the offset were seen. Open jobs that were not seen no longer
     * exist and are removed.
     *
     * @return the number of removed jobs; 0 unless records were deleted
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

    /** Returns the number of open jobs, including open jobs of an earlier owner. */
    public int openCount() {
        return open.size();
    }

    /** Returns the offset to commit: the lowest open one, or the frontier. */
    public long offset() {
        return open.offset();
    }

    /** Returns the frontier: every record from here on is new. */
    public long frontier() {
        return open.frontier();
    }

    /**
     * Returns the offset below which intents of an earlier owner may stand. Jobs there are taken as
     * running, unless their timestamps show that they were not called.
     */
    public long inheritedTo() {
        return inheritedTo;
    }

    /** Returns the timestamp of the latest new job, in milliseconds; 0 before. */
    public long lastTimestamp() {
        return lastTimestamp;
    }

    /** Returns the number of new jobs that were taken. */
    public long taken() {
        return taken;
    }

    /** Returns the number of inherited standing intents whose jobs were not taken yet. */
    private int inherited() {
        return (int) Math.max(0, inheritedTo - open.frontier());
    }

    /**
     * Sets the number of offsets from the frontier on that have a standing intent in later
     * snapshots. Once such a snapshot is committed, the first call of a job that is then taken at
     * one of these offsets may start.
     *
     * @param until latest timestamp of a record with such an intent, in milliseconds
     */
    public void setStandingIntents(int offsets, long until) {
        standing = Math.min(offsets, LedgerCodec.MAX_STANDING);
        standingUntil = until > BillableAttempts.LATEST ? Long.MAX_VALUE : Math.max(0, until);
    }

    /**
     * Returns the offset and metadata to commit, without the {@link TopicTag}. Inherited intents
     * stand until their jobs are taken; others stand if there is room.
     */
    public Snapshot snapshot() {
        if (standing > inherited()) {
            String text = LedgerCodec.encode(open, standing, Integer.MAX_VALUE);
            if (text.length() <= bounds.limitChars()) {
                // One timestamp serves both; the later one excludes no call that may run.
                long until =
                        inherited() == 0 ? standingUntil : Math.max(standingUntil, inheritedUntil);
                return snapshot(text, standing, until);
            }
        }
        return snapshot(
                LedgerCodec.encode(open, inherited(), bounds.limitChars()),
                inherited(),
                inheritedUntil);
    }

    private Snapshot snapshot(String text, int intents, long until) {
        int room = bounds.limitChars() - text.length();
        boolean hasUntil = intents > 0 && BillableAttempts.hasRoomForTimestamp(room);
        long written = hasUntil ? until : Long.MAX_VALUE;
        return new Snapshot(
                open.offset(),
                BillableAttempts.encode(open, written, room) + text,
                intents == 0
                        ? OffsetRange.NONE
                        : new OffsetRange(open.frontier(), open.frontier() + intents),
                written);
    }

    /** Moves the frontier over offsets without a record while no job is open. */
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
