package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.report.Measurement;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code bench worker}.
 *
 * @param measurements measurements to run, at least one
 * @param contenders contenders in the throughput measurements, at least one
 * @param inFlight Millrace's jobs in flight, at least one value, in ascending order
 * @param partitions partitions of each topic
 * @param profile file for flight recordings of Millrace; the name of each run is added to the file
 *     name; null for none
 */
record WorkerBenchPlan(
        Set<Measurement> measurements,
        List<Contender> contenders,
        List<Integer> inFlight,
        int partitions,
        WorkerBenchSizes sizes,
        @Nullable Path profile) {
    private static final int THREADS_WITHOUT_WORK = 100;
    private static final int THREADS = 1_000;

    WorkerBenchPlan {
        measurements = Set.copyOf(measurements);
        contenders = List.copyOf(contenders);
        inFlight = inFlight.stream().sorted().toList();
    }

    boolean has(Measurement measurement) {
        return measurements.contains(measurement);
    }

    /** Returns the lowest number of jobs in flight. */
    int minInFlight() {
        return inFlight.getFirst();
    }

    /** Returns the highest number of jobs in flight. */
    int maxInFlight() {
        return inFlight.getLast();
    }

    /**
     * Returns the numbers of jobs in flight for Millrace. More than the lowest number helps only
     * with long calls.
     */
    List<Integer> inFlight(Measurement measurement) {
        return measurement == Measurement.WORK_100MS ? inFlight : List.of(minInFlight());
    }

    /** Returns the number of jobs that another contender processes concurrently. */
    int concurrency(Contender other, Measurement measurement) {
        return switch (other) {
            case PLAIN -> 1;
            case VIRTUAL -> inFlight(measurement).getLast();
            case PARALLEL, PARALLEL_TX ->
                    measurement == Measurement.WORK_0MS ? THREADS_WITHOUT_WORK : THREADS;
            case HOP, MILLRACE ->
                    throw new IllegalArgumentException(other + " has no concurrency here");
        };
    }
}
