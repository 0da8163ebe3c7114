package dev.millrace.standalone.status;

import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.client.RecordCount;
import java.util.Map;

/**
 * The backlog of one model.
 *
 * @param lanes backlog of each lane that has a topic
 * @param isPaused true if this model or everything is paused
 */
public record ModelQueue(String model, Map<Lane, Backlog> lanes, boolean isPaused) {
    public ModelQueue {
        lanes = Map.copyOf(lanes);
    }

    /** Returns the number of unfinished jobs of a lane that are not running. */
    RecordCount count(Lane lane) {
        return lanes.getOrDefault(lane, Backlog.NONE).count();
    }

    /** Returns the number of unfinished jobs of a lane that are not running. */
    long waiting(Lane lane) {
        return count(lane).records();
    }

    /** Returns the number of unfinished jobs that are not running, over all lanes. */
    long waiting() {
        return lanes.values().stream().mapToLong(Backlog::waiting).sum();
    }

    /** Returns true if the number of waiting jobs may be a little too high. */
    boolean isEstimate() {
        return lanes.values().stream().anyMatch(it -> it.count().isEstimate());
    }

    /** Returns the number of running calls, over all lanes and workers. */
    long running() {
        return lanes.values().stream().mapToLong(Backlog::running).sum();
    }
}
