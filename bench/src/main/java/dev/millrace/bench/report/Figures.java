package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that was measured. */
public record Figures(
        List<ThroughputRow> throughput, List<IdealRow> ideal, List<LatencyRow> latency) {
    public Figures {
        throughput = List.copyOf(throughput);
        ideal = List.copyOf(ideal);
        latency = List.copyOf(latency);
    }

    /** Whatever went wrong, by the run's name. */
    public List<String> problems() {
        return Stream.concat(ofMillrace(), ofOthers()).toList();
    }

    /** Whether each run of Millrace ended in exactly the results of its jobs. */
    public boolean isGood() {
        return ofMillrace().findAny().isEmpty();
    }

    private Stream<String> ofMillrace() {
        return Stream.of(
                        throughput.stream()
                                .filter(it -> it.kind() == Kind.MILLRACE)
                                .flatMap(it -> named(it.part().word(), it.kind(), problem(it))),
                        ideal.stream()
                                .flatMap(
                                        it ->
                                                named(
                                                        "ideal, " + it.way(),
                                                        Kind.MILLRACE,
                                                        it.observed().problem())),
                        latency.stream()
                                .filter(it -> it.kind() == Kind.MILLRACE)
                                .flatMap(it -> named(rate(it), it.kind(), it.problem())))
                .flatMap(it -> it);
    }

    private Stream<String> ofOthers() {
        return Stream.concat(
                throughput.stream()
                        .filter(it -> it.kind() != Kind.MILLRACE)
                        .flatMap(it -> named(it.part().word(), it.kind(), problem(it))),
                latency.stream()
                        .filter(it -> it.kind() != Kind.MILLRACE)
                        .flatMap(it -> named(rate(it), it.kind(), it.problem())));
    }

    private static Optional<String> problem(ThroughputRow row) {
        return row.observed().problem();
    }

    private static String rate(LatencyRow row) {
        return "latency, " + row.perSecond() + " jobs/s";
    }

    private static Stream<String> named(String where, Kind kind, Optional<String> problem) {
        return problem.stream().map(it -> where + ", " + kind.title() + ": " + it);
    }
}
