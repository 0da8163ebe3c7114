package dev.millrace.simulator.traffic;

import java.util.List;

/** Counts one call in every group that the call belongs to. Thread-safe. */
public final class CallCounter {
    private final List<TrafficGroup> groups;

    CallCounter(List<TrafficGroup> groups) {
        this.groups = groups;
    }

    /** Counts the call as running, until {@link #end}. */
    public void start() {
        groups.forEach(TrafficGroup::start);
    }

    /** Counts the call as no longer running. */
    public void end() {
        groups.forEach(TrafficGroup::end);
    }

    /** Counts the outcome of the call. */
    public void addOutcome(String outcome) {
        groups.forEach(group -> group.addOutcome(outcome, 1));
    }

    /** Corrects the counted outcome. */
    public void changeOutcome(String before, String after) {
        groups.forEach(group -> group.addOutcome(before, -1));
        addOutcome(after);
    }
}
