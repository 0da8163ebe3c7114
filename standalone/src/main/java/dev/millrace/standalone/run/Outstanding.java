package dev.millrace.standalone.run;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of this run that have no outcome yet: one bit a line. Written to by the scan and by the
 * sink's thread, read by any; guarded by itself.
 */
final class Outstanding {
    private final Map<String, Lines> batches = new HashMap<>();
    private long count;

    private record Lines(BitSet awaited, BitSet repeats) {}

    /**
     * Awaits a line's outcome.
     *
     * @param repeat whether an earlier line is the same job, so that this one's outcome is a dead
     *     letter
     */
    synchronized void await(String batch, long line, boolean repeat) {
        Lines lines = batches.computeIfAbsent(batch, _ -> new Lines(new BitSet(), new BitSet()));
        int bit = Math.toIntExact(line);
        if (!lines.awaited.get(bit)) {
            lines.awaited.set(bit);
            lines.repeats.set(bit, repeat);
            count++;
        }
    }

    /** A result or dead letter of that line is stored. */
    synchronized boolean onResult(String batch, long line) {
        return settle(batches.get(batch), line);
    }

    /**
     * A dead letter is stored. One that says "duplicate" about the line which owns the job is the
     * trace of a line published twice around a crash; the job itself goes on.
     */
    synchronized boolean onDeadLetter(String batch, long line, boolean duplicate) {
        Lines lines = batches.get(batch);
        boolean owner = lines != null && !lines.repeats.get(Math.toIntExact(line));
        return !(duplicate && owner) && settle(lines, line);
    }

    private boolean settle(@Nullable Lines lines, long line) {
        int bit = Math.toIntExact(line);
        if (lines == null || !lines.awaited.get(bit)) {
            return false;
        }
        lines.awaited.clear(bit);
        count--;
        return true;
    }

    synchronized long count() {
        return count;
    }
}
