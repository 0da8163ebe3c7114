package dev.millrace.standalone.run;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of this run that have no outcome yet: one bit a line. Written to by the scan and by the
 * sink's thread, read by any; guarded by itself.
 */
final class Outstanding {
    private final Map<String, List<Lines>> batches = new HashMap<>();
    private long count;

    /** The lines of one file; two files that name the same batch may have lines of one number. */
    private record Lines(BitSet awaited, BitSet repeats) {
        boolean isAwaited(int line, boolean repeat) {
            return awaited.get(line) && repeats.get(line) == repeat;
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
        int bit = Math.toIntExact(line);
        List<Lines> layers = batches.computeIfAbsent(batch, _ -> new ArrayList<>(1));
        Lines free = layers.stream().filter(it -> !it.awaited.get(bit)).findFirst().orElse(null);
        if (free == null) {
            free = new Lines(new BitSet(), new BitSet());
            layers.add(free);
        }
        free.awaited.set(bit);
        free.repeats.set(bit, repeat);
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
        if (line < 0 || line > Integer.MAX_VALUE) {
            return false;
        }
        int bit = (int) line;
        for (Lines lines : batches.getOrDefault(batch, List.of())) {
            if (lines.isAwaited(bit, repeat)) {
                lines.awaited.clear(bit);
                count--;
                return true;
            }
        }
        return false;
    }

    synchronized long count() {
        return count;
    }
}
