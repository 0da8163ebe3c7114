package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.report.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured.
 *
 * @param parts at least one
 * @param contenders of the throughput parts, at least one
 * @param inFlight of Millrace, one or more, the fewest first
 * @param partitions of each topic
 * @param profile where flight recordings of Millrace go, the run's name before the end; null for
 *     none
 */
record BenchPlan(
        Set<Part> parts,
        List<Kind> contenders,
        List<Integer> inFlight,
        int partitions,
        Sizes sizes,
        @Nullable Path profile) {
    private static final int THREADS_WITHOUT_WORK = 100;
    private static final int THREADS = 1_000;

    BenchPlan {
        parts = Set.copyOf(parts);
        contenders = List.copyOf(contenders);
        inFlight = inFlight.stream().sorted().toList();
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    /** Fewest jobs in flight. */
    int fewInFlight() {
        return inFlight.getFirst();
    }

    /** Most jobs in flight. */
    int manyInFlight() {
        return inFlight.getLast();
    }

    /** Those of Millrace in a throughput part: more help only where jobs take long. */
    List<Integer> inFlight(Part part) {
        return part == Part.WORK_100MS ? inFlight : List.of(fewInFlight());
    }

    /** How many jobs one of the others works on together. */
    int concurrency(Kind other, Part part) {
        return switch (other) {
            case PLAIN -> 1;
            case VIRTUAL -> inFlight(part).getLast();
            case PARALLEL, PARALLEL_TX -> part == Part.WORK_0MS ? THREADS_WITHOUT_WORK : THREADS;
            case HOP, MILLRACE ->
                    throw new IllegalArgumentException(other + " is none of the others");
        };
    }
}
