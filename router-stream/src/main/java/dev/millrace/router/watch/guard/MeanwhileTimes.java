package dev.millrace.router.watch.guard;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * How long the good results of the other arms took since the oldest job in an arm's window ended,
 * as {@link Meanwhile} for errors: its window may still hold a slowness that all have felt and the
 * others' last jobs know nothing of.
 *
 * <p>For a window of more than {@value #GROUPS} jobs it begins up to that part of the window
 * earlier: the jobs of the arm are taken in groups, so that neither memory nor what is stored grows
 * with the window.
 *
 * <p>Stored as a version byte and, for each group from the oldest on, a variable-length number of
 * the arm's jobs and the counts of the others' times.
 */
final class MeanwhileTimes {
    /** So many in a window. */
    static final int GROUPS = 32;

    private static final byte VERSION = 1;

    private final int capacity;
    private final int groupSize;
    private final Deque<Group> groups = new ArrayDeque<>();
    private final TimeCounts all = new TimeCounts();
    private int armJobs;
    private boolean isChanged = true;

    /** What ended since some jobs of the arm in a row, from the first on, and before the next. */
    private record Group(int armJobs, TimeCounts times) {}

    /**
     * @param capacity how many jobs the arm's window holds
     */
    MeanwhileTimes(int capacity) {
        this.capacity = capacity;
        groupSize = Math.ceilDiv(capacity, GROUPS);
    }

    /** A job of the arm has ended. */
    void onArm() {
        Group last = groups.peekLast();
        if (last == null || last.armJobs() == groupSize) {
            groups.addLast(new Group(1, new TimeCounts()));
        } else {
            groups.removeLast();
            groups.addLast(new Group(last.armJobs() + 1, last.times()));
        }
        armJobs++;
        forgetWhatHasLeft();
        isChanged = true;
    }

    private void forgetWhatHasLeft() {
        Group oldest = groups.getFirst();
        if (armJobs - oldest.armJobs() >= capacity) {
            groups.removeFirst();
            armJobs -= oldest.armJobs();
            all.removeAll(oldest.times());
        }
    }

    /** A job of another arm has ended well. */
    void onOther(int millis) {
        Group last = groups.peekLast();
        if (last != null) {
            last.times().add(millis);
            all.add(millis);
            isChanged = true;
        }
    }

    TimeCounts counts() {
        return all;
    }

    /** Whether it differs from what was stored when this was last asked. */
    boolean takeChange() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    /** What is to be stored; null for nothing. */
    byte @Nullable [] storedForm() {
        if (groups.isEmpty()) {
            return null;
        }
        int bytes = 1;
        for (Group group : groups) {
            bytes += ByteUtils.sizeOfUnsignedVarint(group.armJobs()) + group.times().bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (Group group : groups) {
            ByteUtils.writeUnsignedVarint(group.armJobs(), out);
            group.times().write(out);
        }
        return out.array();
    }

    /** Reads what was stored; what another version wrote, or none, is nothing. */
    static MeanwhileTimes read(byte @Nullable [] stored, int capacity) {
        var read = new MeanwhileTimes(capacity);
        if (stored != null && stored.length > 0 && stored[0] == VERSION) {
            var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            while (in.hasRemaining()) {
                var group = new Group(ByteUtils.readUnsignedVarint(in), TimeCounts.read(in));
                read.groups.addLast(group);
                read.armJobs += group.armJobs();
                read.all.addAll(group.times());
            }
            read.isChanged = false;
        }
        return read;
    }
}
