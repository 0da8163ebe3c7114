package dev.millrace.router.watch.guard;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * What became of the jobs of the other arms since the oldest job in an arm's window ended. They may
 * have a hundred times as many as the arm: their last ones are of the last moments, while its
 * window still holds an outage that all have felt.
 *
 * <p>Stored as a version byte and two variable-length numbers for each job of the arm, from the
 * oldest on: how many of theirs ended after it and before the next, and how many with an error.
 */
final class Meanwhile {
    private static final byte VERSION = 1;

    private final int capacity;
    private final Deque<Tally> sinceEach = new ArrayDeque<>();
    private long jobs;
    private long errors;
    private boolean isChanged = true;

    private record Tally(int jobs, int errors) {}

    /**
     * @param capacity how many jobs the arm's window holds
     */
    Meanwhile(int capacity) {
        this.capacity = capacity;
    }

    /** A job of the arm has ended. */
    void onArm() {
        if (sinceEach.size() == capacity) {
            Tally oldest = sinceEach.removeFirst();
            jobs -= oldest.jobs();
            errors -= oldest.errors();
        }
        sinceEach.addLast(new Tally(0, 0));
        isChanged = true;
    }

    /** A job of another arm has ended. */
    void onOther(boolean isError) {
        if (sinceEach.isEmpty()) {
            return;
        }
        Tally last = sinceEach.removeLast();
        int more = isError ? 1 : 0;
        sinceEach.addLast(new Tally(last.jobs() + 1, last.errors() + more));
        jobs++;
        errors += more;
        isChanged = true;
    }

    JobShare share() {
        return new JobShare(errors, jobs);
    }

    /** Whether it differs from what was stored when this was last asked. */
    boolean takeChange() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    /** What is to be stored; null for nothing. */
    byte @Nullable [] storedForm() {
        if (sinceEach.isEmpty()) {
            return null;
        }
        int bytes = 1;
        for (Tally each : sinceEach) {
            bytes += ByteUtils.sizeOfUnsignedVarint(each.jobs());
            bytes += ByteUtils.sizeOfUnsignedVarint(each.errors());
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (Tally each : sinceEach) {
            ByteUtils.writeUnsignedVarint(each.jobs(), out);
            ByteUtils.writeUnsignedVarint(each.errors(), out);
        }
        return out.array();
    }

    /** Reads what was stored; what another version wrote, or none, is nothing. */
    static Meanwhile read(byte @Nullable [] stored, int capacity) {
        var read = new Meanwhile(capacity);
        if (stored != null && stored.length > 0 && stored[0] == VERSION) {
            var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            while (in.hasRemaining()) {
                read.onArm();
                var tally =
                        new Tally(
                                ByteUtils.readUnsignedVarint(in), ByteUtils.readUnsignedVarint(in));
                read.sinceEach.removeLast();
                read.sinceEach.addLast(tally);
                read.jobs += tally.jobs();
                read.errors += tally.errors();
            }
            read.isChanged = false;
        }
        return read;
    }
}
