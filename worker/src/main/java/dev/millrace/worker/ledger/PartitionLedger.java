package dev.millrace.worker.ledger;

import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which jobs of one partition are open: taken and not finished.
 *
 * <pre>
 *   offset()                                  frontier
 *      ▼                                         ▼
 *      o x x o x o o x x x x x x x x x o x x x x ·  ·  ·      o open   x finished   · not yet taken
 * </pre>
 *
 * <p>The lowest open offset is what is committed; the other open ones and the frontier are its
 * metadata. Offsets that no record has (control records of transactions, compaction) are never
 * open, and so count as finished.
 *
 * <p>Records are shown to the ledger in ascending order: {@link #look} at each, then {@link #take}
 * the open ones. After a restore, what was open before is met again in the same order.
 */
public final class PartitionLedger {
    private final int limitChars;
    private final NavigableSet<Long> open = new TreeSet<>();

    /** Open offsets of an earlier owner whose records have not been met yet. */
    private final NavigableSet<Long> awaited = new TreeSet<>();

    private long frontier;

    /** All records below have been met; at least the frontier when nothing is open. */
    private long passed;

    /** Bytes of the open offsets as a {@link Form#LIST}. */
    private long listBytes;

    private PartitionLedger(int limitChars, long frontier) {
        this.limitChars = limitChars;
        this.frontier = frontier;
        this.passed = frontier;
    }

    /** What a record is to the ledger. */
    public enum Standing {
        /** Nobody has taken it yet. */
        NEW,
        /** An earlier owner took it and did not finish it. */
        UNFINISHED,
        /** Its job is done: it must not be done again. */
        FINISHED
    }

    /** A partition of which nothing has been committed. */
    public static PartitionLedger fresh() {
        return new PartitionLedger(LedgerCodec.DEFAULT_LIMIT_CHARS, 0);
    }

    /** What an earlier owner of the partition has left. */
    public static PartitionLedger restored(Reading.Known known) {
        var ledger = new PartitionLedger(LedgerCodec.DEFAULT_LIMIT_CHARS, known.frontier());
        ledger.passed = known.offset();
        for (long offset : known.unfinished()) {
            ledger.add(offset);
            ledger.awaited.add(offset);
        }
        return ledger;
    }

    /** Reads the metadata of a committed offset. */
    public static Reading read(long offset, String metadata) {
        return LedgerCodec.decode(offset, metadata);
    }

    /** What the record at that offset is. Changes nothing. */
    public Standing look(long offset) {
        if (offset >= frontier) {
            return Standing.NEW;
        }
        return awaited.contains(offset) ? Standing.UNFINISHED : Standing.FINISHED;
    }

    /**
     * Whether that new offset can be taken: whatever the open jobs then come to, the metadata keeps
     * within its limit.
     *
     * <p>Finishing a job never makes the list or the bitmap longer, so it is enough that one of the
     * two fits now.
     */
    public boolean hasRoomFor(long offset) {
        if (open.isEmpty()) {
            return true;
        }
        long distance = offset + 1 - open.first();
        long list = listBytes + Form.gapSize(open.last(), offset);
        long bitmap = Form.bitmapSize(open.first(), offset);
        return LedgerCodec.chars(distance, Math.min(list, bitmap)) <= limitChars;
    }

    /** The job at that offset, {@link Standing#NEW} or {@link Standing#UNFINISHED}, is now open. */
    public void take(long offset) {
        switch (look(offset)) {
            case NEW -> {
                add(offset);
                frontier = offset + 1;
            }
            case UNFINISHED -> awaited.remove(offset);
            case FINISHED ->
                    throw new IllegalArgumentException("offset " + offset + " is finished");
        }
    }

    /** The open job at that offset is done, and its result part of the next commit. */
    public void finish(long offset) {
        if (!open.contains(offset)) {
            throw new IllegalArgumentException("offset " + offset + " is not open");
        }
        remove(offset);
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
        while (!awaited.isEmpty() && awaited.first() < passed) {
            remove(awaited.pollFirst());
            vanished++;
        }
        advance();
        return vanished;
    }

    /** Jobs taken and not finished, those of an earlier owner included. */
    public int openCount() {
        return open.size();
    }

    /** What is to be committed. */
    public Snapshot snapshot() {
        long[] unfinished = open.stream().mapToLong(Long::longValue).toArray();
        return new Snapshot(
                open.isEmpty() ? frontier : unfinished[0],
                LedgerCodec.encode(unfinished, frontier));
    }

    private void add(long offset) {
        if (!open.isEmpty()) {
            listBytes += Form.gapSize(open.last(), offset);
        }
        open.add(offset);
    }

    private void remove(long offset) {
        Long before = open.lower(offset);
        Long after = open.higher(offset);
        listBytes -= before == null ? 0 : Form.gapSize(before, offset);
        listBytes -= after == null ? 0 : Form.gapSize(offset, after);
        listBytes += before == null || after == null ? 0 : Form.gapSize(before, after);
        open.remove(offset);
    }

    /** With nothing open, offsets without a record need not be kept apart. */
    private void advance() {
        if (open.isEmpty()) {
            frontier = Math.max(frontier, passed);
        }
    }
}
