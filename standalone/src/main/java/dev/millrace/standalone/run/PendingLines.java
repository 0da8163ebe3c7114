package dev.millrace.standalone.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines of this run without an outcome: three bits for each line, in blocks of 64 lines of one
 * batch. The planner and the sink's thread write, any thread reads; guarded by this object's
 * monitor.
 */
final class PendingLines {
    private static final int LINES_PER_BLOCK_LOG2 = 6;

    private final Map<BlockKey, Block> blocks = new HashMap<>();
    private long count;
    private long rejected;

    /** A line that waits for its outcome. */
    record PendingLine(String batch, long line) {}

    private record BlockKey(String batch, long block) {
        static BlockKey of(String batch, long line) {
            return new BlockKey(batch, line >> LINES_PER_BLOCK_LOG2);
        }
    }

    /**
     * Pending lines of one file. Line numbers of several files of one batch can be equal, so each
     * file has its own chain element.
     */
    private static final class Block {
        private long pending;
        private long repeats;
        private long rejected;
        private @Nullable Block next;

        boolean isPending(long bit) {
            return (pending & bit) != 0;
        }

        boolean isRepeat(long bit) {
            return (repeats & bit) != 0;
        }

        void add(long bit, boolean isRepeat) {
            pending |= bit;
            repeats = isRepeat ? repeats | bit : repeats & ~bit;
            rejected &= ~bit;
        }
    }

    /**
     * Adds a line that waits for its outcome. Equal line numbers in several files of one batch each
     * have an outcome.
     *
     * @param isRepeat true if an earlier line has this job id, so that this line ends as a dead
     *     letter
     */
    synchronized void add(String batch, long line, boolean isRepeat) {
        long bit = bit(line);
        Block block = blocks.computeIfAbsent(BlockKey.of(batch, line), _ -> new Block());
        while (block.isPending(bit)) {
            if (block.next == null) {
                block.next = new Block();
            }
            block = block.next;
        }
        block.add(bit, isRepeat);
        count++;
    }

    /** Removes a line whose result was stored; returns false if no such line is pending. */
    synchronized boolean onResult(String batch, long line) {
        return remove(batch, line, false) || remove(batch, line, true);
    }

    /**
     * Removes a line whose dead letter was stored; returns false if no such line is pending. A
     * duplicate rejection of a line that is not a repeat removes nothing, but marks the line as
     * rejected: it was published twice around a crash, or another command has published its job.
     */
    synchronized boolean onDeadLetter(String batch, long line, boolean isDuplicate) {
        if (remove(batch, line, true)) {
            return true;
        }
        if (isDuplicate) {
            reject(batch, line);
            return false;
        }
        return remove(batch, line, false);
    }

    /** Marks a line that is no repeat as rejected by the router as a duplicate. */
    synchronized void reject(String batch, long line) {
        long bit = bit(line);
        Block block = find(batch, line, false);
        if (block != null && (block.rejected & bit) == 0) {
            block.rejected |= bit;
            rejected++;
        }
    }

    /** Returns the pending lines once all of them are rejected; before, an empty list. */
    synchronized List<PendingLine> rejected() {
        var lines = new ArrayList<PendingLine>();
        if (rejected > 0 && rejected == count) {
            blocks.forEach((key, first) -> addPending(key, first, lines));
        }
        return lines;
    }

    private static void addPending(BlockKey key, Block first, List<PendingLine> lines) {
        long from = key.block << LINES_PER_BLOCK_LOG2;
        for (Block block = first; block != null; block = block.next) {
            for (long bits = block.pending; bits != 0; bits &= bits - 1) {
                lines.add(new PendingLine(key.batch, from + Long.numberOfTrailingZeros(bits)));
            }
        }
    }

    private boolean remove(String batch, long line, boolean isRepeat) {
        long bit = bit(line);
        Block block = find(batch, line, isRepeat);
        if (block == null) {
            return false;
        }
        block.pending &= ~bit;
        count--;
        rejected -= (block.rejected & bit) == 0 ? 0 : 1;
        return true;
    }

    private @Nullable Block find(String batch, long line, boolean isRepeat) {
        long bit = bit(line);
        Block block = blocks.get(BlockKey.of(batch, line));
        while (block != null && !(block.isPending(bit) && block.isRepeat(bit) == isRepeat)) {
            block = block.next;
        }
        return block;
    }

    /** Returns the bit of a line in its block; the shift takes the number modulo 64. */
    private static long bit(long line) {
        return 1L << line;
    }

    synchronized long count() {
        return count;
    }
}
