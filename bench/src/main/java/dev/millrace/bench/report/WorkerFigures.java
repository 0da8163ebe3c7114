package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All figures of {@code bench worker}. */
public record WorkerFigures(
        List<ThroughputRow> throughput,
        List<IdealRow> ideal,
        List<LatencyRow> latency,
        List<LimitsRow> limits) {
    public WorkerFigures {
        throughput = List.copyOf(throughput);
        ideal = List.copyOf(ideal);
        latency = List.copyOf(latency);
        limits = List.copyOf(limits);
    }

    /** Returns the problems of all runs, each with the run's name. */
    public List<String> problems() {
        return Stream.concat(millraceProblems(), otherProblems()).toList();
    }

    /** Returns true when each run of Millrace produced exactly one result for each job. */
    public boolean isGood() {
        return millraceProblems().findAny().isEmpty();
    }

    private Stream<String> millraceProblems() {
        return Stream.of(
                        throughput.stream()
                                .filter(it -> it.contender() == Contender.MILLRACE)
                                .flatMap(
                                        it ->
                                                named(
                                                        it.measurement().key(),
                                                        it.contender(),
                                                        problem(it))),
                        ideal.stream()
                                .flatMap(
                                        it ->
                                                named(
                                                        "ideal, " + it.transport(),
                                                        Contender.MILLRACE,
                                                        it.result().problem())),
                        latency.stream()
                                .filter(it -> it.contender() == Contender.MILLRACE)
                                .flatMap(it -> named(rate(it), it.contender(), it.problem())),
                        limits.stream()
                                .flatMap(
                                        it ->
                                                named(
                                                        it.title(),
                                                        Contender.MILLRACE,
                                                        it.result().problem())))
                .flatMap(it -> it);
    }

    private Stream<String> otherProblems() {
        return Stream.concat(
                throughput.stream()
                        .filter(it -> it.contender() != Contender.MILLRACE)
                        .flatMap(it -> named(it.measurement().key(), it.contender(), problem(it))),
                latency.stream()
                        .filter(it -> it.contender() != Contender.MILLRACE)
                        .flatMap(it -> named(rate(it), it.contender(), it.problem())));
    }

    private static Optional<String> problem(ThroughputRow row) {
        return row.result().problem();
    }

    private static String rate(LatencyRow row) {
        return "latency, " + row.perSecond() + " jobs/s";
    }

    private static Stream<String> named(
            String where, Contender contender, Optional<String> problem) {
        return problem.stream().map(it -> where + ", " + contender.title() + ": " + it);
    }
}
