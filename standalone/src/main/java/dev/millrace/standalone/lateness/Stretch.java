package dev.millrace.standalone.lateness;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A part of a partition's queue, from which a few jobs are sampled.
 *
 * <p>The sampled offsets are the first one and the offsets on a grid of multiples of a power of
 * two. As the queue grows or shrinks, most sampled offsets stay, so that their records need not be
 * read again.
 */
sealed interface Stretch {
    /** Most points of the grid; a long stretch has at least half as many. */
    int MAX_POINTS = 16;

    /** Returns the number of waiting jobs, 1 or more. */
    long jobs();

    /** Returns the offsets to sample. */
    SortedSet<Long> points();

    /** Returns the number of the partition's waiting jobs in front of an offset of the stretch. */
    long ahead(long offset);

    /**
     * Jobs that a worker has read.
     *
     * @param offsets ascending, at least one
     */
    record Held(List<Long> offsets) implements Stretch {
        @Override
        public long jobs() {
            return offsets.size();
        }

        @Override
        public SortedSet<Long> points() {
            SortedSet<Long> points = new TreeSet<>();
            for (long point : grid(offsets.getFirst(), offsets.getLast() + 1)) {
                points.add(offsets.get(Math.toIntExact(ahead(point))));
            }
            return points;
        }

        @Override
        public long ahead(long offset) {
            int index = Collections.binarySearch(offsets, offset);
            return index < 0 ? -index - 1 : index;
        }
    }

    /**
     * Jobs that no worker has read.
     *
     * @param end offset after the last job
     * @param before number of waiting jobs ahead of the first job
     */
    record Unread(long from, long end, int before) implements Stretch {
        @Override
        public long jobs() {
            return end - from;
        }

        @Override
        public SortedSet<Long> points() {
            return grid(from, end);
        }

        @Override
        public long ahead(long offset) {
            return before + offset - from;
        }
    }

    private static SortedSet<Long> grid(long from, long end) {
        SortedSet<Long> points = new TreeSet<>();
        points.add(from);
        long step = 1;
        while ((end - from) / step >= MAX_POINTS) {
            step *= 2;
        }
        for (long point = Math.ceilDiv(from, step) * step; point < end; point += step) {
            points.add(point);
        }
        return points;
    }
}
