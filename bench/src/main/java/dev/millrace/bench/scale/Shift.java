package dev.millrace.bench.scale;

import java.util.List;

/**
 * When workers join and leave.
 *
 * @param name of its row
 * @param changes in order
 */
record Shift(String name, List<Change> changes) {
    static final Shift ALONE = new Shift("one worker", List.of(new Change(0, 1)));
    static final Shift JOINING =
            new Shift(
                    "three join one after the other",
                    List.of(new Change(0, 1), new Change(0.1, 1), new Change(0.25, 1)));
    static final Shift LEAVING =
            new Shift("one of three leaves", List.of(new Change(0, 3), new Change(0.5, -1)));

    /**
     * Workers that join or one that leaves.
     *
     * @param from part of the backlog that is done then, 0 to 1
     * @param workers how many join; -1 for one that leaves
     */
    record Change(double from, int workers) {}
}
