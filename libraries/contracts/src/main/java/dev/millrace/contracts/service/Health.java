package dev.millrace.contracts.service;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The state of a service as seen by health probes.
 *
 * @param live true while its threads run; once false, only a restart helps
 * @param ready true while the service does its work
 * @param detail one human-readable line: why the service waits or stopped
 * @param stoppedPartitions the partitions that {@code detail} reports as stopped
 * @param stoppedCalls the calls to providers that are stopped because they fail
 */
public record Health(
        boolean live,
        boolean ready,
        String detail,
        List<StoppedPartition> stoppedPartitions,
        List<StoppedCalls> stoppedCalls) {
    public Health {
        stoppedPartitions = List.copyOf(stoppedPartitions);
        stoppedCalls = List.copyOf(stoppedCalls);
    }

    /** Returns the state of a service that is working. */
    public static Health ready(String detail) {
        return ready(detail, List.of());
    }

    /** Returns the state of a service that is working, but has stopped some calls. */
    public static Health ready(String detail, List<StoppedCalls> stoppedCalls) {
        return new Health(true, true, detail, List.of(), stoppedCalls);
    }

    /** Returns the state of a service that is alive but not ready. */
    public static Health waiting(String detail) {
        return new Health(true, false, detail, List.of(), List.of());
    }

    /** Returns the state of a service that is alive and has stopped partitions. */
    public static Health waitingFor(List<StoppedPartition> stopped) {
        return new Health(
                true,
                false,
                stopped.stream().map(StoppedPartition::text).collect(Collectors.joining("; ")),
                stopped,
                List.of());
    }

    /** Returns the same state with a further note in its detail. */
    public Health withNote(String note) {
        return new Health(live, ready, detail + "; " + note, stoppedPartitions, stoppedCalls);
    }

    /** Returns the state of a service that was stopped by a fault or on request. */
    public static Health stopped(String detail) {
        return new Health(false, false, detail, List.of(), List.of());
    }
}
