package dev.millrace.bench.router;

import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that was measured. */
record RouterFigures(List<Backlog> backlogs, List<Latency> latencies, ClassifyCost classification) {
    /**
     * One way at one backlog.
     *
     * @param steady empty when there is nothing to take it from
     * @param problem what is wrong with what came out; empty when it is exactly what went in
     */
    record Backlog(Way way, Optional<Stretch> steady, Optional<String> problem) {}

    /** One way at a rate. */
    record Latency(Way way, int perSecond, Optional<Percentiles> took, Optional<String> problem) {}

    RouterFigures {
        backlogs = List.copyOf(backlogs);
        latencies = List.copyOf(latencies);
    }

    /** The median of its rounds. */
    Optional<Stretch> median(Way way) {
        List<Stretch> all =
                backlogs.stream()
                        .filter(it -> it.way() == way)
                        .flatMap(it -> it.steady().stream())
                        .sorted(Comparator.comparingDouble(Stretch::jobsPerSecond))
                        .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() / 2));
    }

    /** Whether each way put out exactly what was put in. */
    boolean isGood() {
        return problems().isEmpty();
    }

    List<String> problems() {
        var ofBacklogs =
                backlogs.stream()
                        .flatMap(
                                it ->
                                        it
                                                .problem()
                                                .map(that -> it.way().title() + ": " + that)
                                                .stream());
        var ofLatencies =
                latencies.stream()
                        .flatMap(
                                it ->
                                        it
                                                .problem()
                                                .map(that -> it.way().title() + ": " + that)
                                                .stream());
        return Stream.concat(ofBacklogs, ofLatencies).toList();
    }
}
