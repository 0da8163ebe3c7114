package dev.millrace.router.guards;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Counts the latencies of the other arms' good results since the oldest job in an arm's window. The
 * reason is as in {@link BaselineErrors}: the window can still hold a slow period of all arms that
 * the other arms' last jobs no longer show.
 *
 * <p>The arm's jobs are counted in at most {@value #GROUPS} groups, so that neither memory nor the
 * stored form grows with the window. In a window of more than {@value #GROUPS} jobs, counting
 * starts up to one group too early.
 *
 * <p>Stored as a version byte, and for each group, oldest first, the number of the arm's jobs as a
 * variable-length number and the other arms' latencies.
 */
final class BaselineLatencies {
    /** Maximum number of groups in a window. */
    static final int GROUPS = 32;

    private static final byte VERSION = 1;

    private final int capacity;
    private final int groupSize;
    private final Deque<Group> groups = new ArrayDeque<>();
    private final LatencyBuckets all = new LatencyBuckets();
    private int armJobs;
    private boolean isChanged = true;

    /** Consecutive jobs of the arm, and the other arms' latencies from the first of them on. */
    private record Group(int armJobs, LatencyBuckets latencies) {}

    /**
     * @param capacity size of the arm's window
     */
    BaselineLatencies(int capacity) {
        this.capacity = capacity;
        groupSize = Math.ceilDiv(capacity, GROUPS);
    }

    /** Counts a job of the guarded arm. */
    void onArmJob() {
        Group last = groups.peekLast();
        if (last == null || last.armJobs() == groupSize) {
            groups.addLast(new Group(1, new LatencyBuckets()));
        } else {
            groups.removeLast();
            groups.addLast(new Group(last.armJobs() + 1, last.latencies()));
        }
        armJobs++;
        evictOldestGroup();
        isChanged = true;
    }

    /** Removes the oldest group once the window no longer overlaps it. */
    private void evictOldestGroup() {
        Group oldest = groups.getFirst();
        if (armJobs - oldest.armJobs() >= capacity) {
            groups.removeFirst();
            armJobs -= oldest.armJobs();
            all.removeAll(oldest.latencies());
        }
    }

    /** Counts a good result of another arm. */
    void onOtherResult(int millis) {
        Group last = groups.peekLast();
        if (last != null) {
            last.latencies().add(millis);
            all.add(millis);
            isChanged = true;
        }
    }

    LatencyBuckets buckets() {
        return all;
    }

    /** Returns true if the counts have changed since the last call or since they were read. */
    boolean pollChanged() {
        boolean was = isChanged;
        isChanged = false;
        return was;
    }

    /** Returns the stored form; null if there is nothing to store. */
    byte @Nullable [] encodeOrNull() {
        if (groups.isEmpty()) {
            return null;
        }
        int bytes = 1;
        for (Group group : groups) {
            bytes += ByteUtils.sizeOfUnsignedVarint(group.armJobs()) + group.latencies().bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        for (Group group : groups) {
            ByteUtils.writeUnsignedVarint(group.armJobs(), out);
            group.latencies().write(out);
        }
        return out.array();
    }

    /** Reads stored counts. Null and unknown versions give empty counts. */
    static BaselineLatencies read(byte @Nullable [] stored, int capacity) {
        var read = new BaselineLatencies(capacity);
        if (stored != null && stored.length > 0 && stored[0] == VERSION) {
            var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            while (in.hasRemaining()) {
                var group = new Group(ByteUtils.readUnsignedVarint(in), LatencyBuckets.read(in));
                read.groups.addLast(group);
                read.armJobs += group.armJobs();
                read.all.addAll(group.latencies());
            }
            read.isChanged = false;
        }
        return read;
    }
}
