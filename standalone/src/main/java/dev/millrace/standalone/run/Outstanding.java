package dev.millrace.standalone.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of this run that have no outcome yet: two bits a line, in blocks of 64 lines of one
 * batch. Written to by the scan and by the sink's thread, read by any; guarded by itself.
 */
final class Outstanding {
    private static final int LINES_PER_BLOCK_LOG2 = 6;

    private final Map<Place, Block> blocks = new HashMap<>();
    private long count;

    private record Place(String batch, long block) {
        static Place of(String batch, long line) {
            return new Place(batch, line >> LINES_PER_BLOCK_LOG2);
        }
    }

    /** Each of a batch's files may have a line of the same number: the next block holds it. */
    private static final class Block {
        private long awaited;
        private long repeats;
        private @Nullable Block next;

        boolean isAwaited(long bit) {
            return (awaited & bit) != 0;
        }

        boolean isRepeat(long bit) {
            return (repeats & bit) != 0;
        }

        void await(long bit, boolean repeat) {
            awaited |= bit;
            repeats = repeat ? repeats | bit : repeats & ~bit;
        }
    }

    /**
     * Awaits a line's outcome. Two lines of one number, of different files that name the same
     * batch, have an outcome each.
     *
     * @param repeat whether an earlier line is the same job, so that this one's outcome is a dead
     *     letter
     */
    synchronized void await(String batch, long line, boolean repeat) {
        long bit = bit(line);
        Block block = blocks.computeIfAbsent(Place.of(batch, line), _ -> new Block());
        while (block.isAwaited(bit)) {
            if (block.next == null) {
                block.next = new Block();
            }
            block = block.next;
        }
        block.await(bit, repeat);
        count++;
    }

    /** A result of that line is stored. */
    synchronized boolean onResult(String batch, long line) {
        return settle(batch, line, false) || settle(batch, line, true);
    }

    /**
     * A dead letter is stored. One that says "duplicate" about the line which owns the job is the
     * trace of a line published twice around a crash; the job itself goes on.
     */
    synchronized boolean onDeadLetter(String batch, long line, boolean duplicate) {
        return settle(batch, line, true) || (!duplicate && settle(batch, line, false));
    }

    private boolean settle(String batch, long line, boolean repeat) {
        long bit = bit(line);
        Block block = blocks.get(Place.of(batch, line));
        while (block != null && !(block.isAwaited(bit) && block.isRepeat(bit) == repeat)) {
            block = block.next;
        }
        if (block == null) {
            return false;
        }
        block.awaited &= ~bit;
        count--;
        return true;
    }

    /** A shift takes the number modulo 64. */
    private static long bit(long line) {
        return 1L << line;
    }

    synchronized long count() {
        return count;
    }
}
