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
 * @param heldCalls the calls to providers that are held back
 */
public record Health(
        boolean live,
        boolean ready,
        String detail,
        List<StoppedPartition> stoppedPartitions,
        List<HeldCalls> heldCalls) {
    public Health {
        stoppedPartitions = List.copyOf(stoppedPartitions);
        heldCalls = List.copyOf(heldCalls);
    }

    /** Returns the state of a service that is working. */
    public static Health ready(String detail) {
        return ready(detail, List.of());
    }

    /** Returns the state of a service that is working, but holds back some calls. */
    public static Health ready(String detail, List<HeldCalls> heldCalls) {
        return new Health(true, true, detail, List.of(), heldCalls);
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

    /** Returns the state of a service that was stopped by a fault or on request. */
    public static Health stopped(String detail) {
        return new Health(false, false, detail, List.of(), List.of());
    }
}
