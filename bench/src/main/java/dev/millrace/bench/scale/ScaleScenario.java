package dev.millrace.bench.scale;

import java.util.List;

/**
 * The times at which workers join and leave.
 *
 * @param name name of the row
 * @param changes changes in order
 */
record ScaleScenario(String name, List<Change> changes) {
    static final ScaleScenario ALONE = new ScaleScenario("one worker", List.of(new Change(0, 1)));
    static final ScaleScenario JOINING =
            new ScaleScenario(
                    "three join one after the other",
                    List.of(new Change(0, 1), new Change(0.1, 1), new Change(0.25, 1)));
    static final ScaleScenario LEAVING =
            new ScaleScenario(
                    "one of three leaves", List.of(new Change(0, 3), new Change(0.5, -1)));

    /**
     * The start of workers or the shutdown of one worker.
     *
     * @param from fraction of the backlog that must be done first, 0 to 1
     * @param workers number of joining workers; -1 = one worker leaves
     */
    record Change(double from, int workers) {}
}
