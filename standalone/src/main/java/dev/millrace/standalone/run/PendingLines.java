package dev.millrace.standalone.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines of this run without an outcome: two bits for each line, in blocks of 64 lines of one batch.
 * The planner and the sink's thread write, any thread reads; guarded by this object's monitor.
 */
final class PendingLines {
    private static final int LINES_PER_BLOCK_LOG2 = 6;

    private final Map<BlockKey, Block> blocks = new HashMap<>();
    private long count;

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
     * duplicate rejection of a line that is not a repeat removes nothing: the line was published
     * twice around a crash, and its job is still running.
     */
    synchronized boolean onDeadLetter(String batch, long line, boolean isDuplicate) {
        return remove(batch, line, true) || (!isDuplicate && remove(batch, line, false));
    }

    private boolean remove(String batch, long line, boolean isRepeat) {
        long bit = bit(line);
        Block block = blocks.get(BlockKey.of(batch, line));
        while (block != null && !(block.isPending(bit) && block.isRepeat(bit) == isRepeat)) {
            block = block.next;
        }
        if (block == null) {
            return false;
        }
        block.pending &= ~bit;
        count--;
        return true;
    }

    /** Returns the bit of a line in its block; the shift takes the number modulo 64. */
    private static long bit(long line) {
        return 1L << line;
    }

    synchronized long count() {
        return count;
    }
}
