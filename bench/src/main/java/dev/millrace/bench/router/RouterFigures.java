package dev.millrace.bench.router;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All figures of {@code bench router}. */
record RouterFigures(
        List<BacklogResult> backlogs, List<LatencyResult> latencies, ClassifyCost classification) {
    /**
     * The result of one contender on one backlog.
     *
     * @param steady the steady part; empty when there were too few results
     * @param problem missing or superfluous output; empty when there is none
     */
    record BacklogResult(
            RouterContender contender,
            Optional<ThroughputInterval> steady,
            Optional<String> problem) {}

    /** The latency of one contender at one rate. */
    record LatencyResult(
            RouterContender contender,
            int perSecond,
            Optional<LatencyPercentiles> percentiles,
            Optional<String> problem) {}

    RouterFigures {
        backlogs = List.copyOf(backlogs);
        latencies = List.copyOf(latencies);
    }

    /** Returns the round with the contender's median throughput. */
    Optional<ThroughputInterval> median(RouterContender contender) {
        List<ThroughputInterval> all =
                backlogs.stream()
                        .filter(it -> it.contender() == contender)
                        .flatMap(it -> it.steady().stream())
                        .sorted(Comparator.comparingDouble(ThroughputInterval::jobsPerSecond))
                        .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() / 2));
    }

    /** Returns true when each contender forwarded each request exactly once. */
    boolean isGood() {
        return problems().isEmpty();
    }

    List<String> problems() {
        var backlogProblems =
                backlogs.stream()
                        .flatMap(
                                it ->
                                        it
                                                .problem()
                                                .map(
                                                        problem ->
                                                                it.contender().title()
                                                                        + ": "
                                                                        + problem)
                                                .stream());
        var latencyProblems =
                latencies.stream()
                        .flatMap(
                                it ->
                                        it
                                                .problem()
                                                .map(
                                                        problem ->
                                                                it.contender().title()
                                                                        + ": "
                                                                        + problem)
                                                .stream());
        return Stream.concat(backlogProblems, latencyProblems).toList();
    }
}
