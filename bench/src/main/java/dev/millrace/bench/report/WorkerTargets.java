package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Evaluates the targets of {@code bench worker} for which all figures were measured. */
final class WorkerTargets {
    private static final double TIMES_THE_PARALLEL_CONSUMER = 8;
    private static final double PERCENT_OF_THE_IDEAL = 97;
    private static final double HEAP_MIB = 1_024;
    private static final double TIMES_THE_HOP = 3;
    private static final double PERCENT_WITH_LIMITS = 95;
    private static final double PERCENT = 100;

    private final List<Target> targets = new ArrayList<>();

    private WorkerTargets() {}

    static List<Target> of(WorkerFigures figures) {
        var all = new WorkerTargets();
        figures.throughput().stream()
                .filter(it -> it.contender() == Contender.MILLRACE)
                .forEach(it -> all.addThroughput(it, figures.throughput()));
        figures.ideal().forEach(all::addIdeal);
        figures.latency().stream()
                .filter(it -> it.contender() == Contender.MILLRACE)
                .forEach(it -> all.addLatency(it, figures.latency()));
        all.addLimits(figures.limits());
        return List.copyOf(all.targets);
    }

    private void addThroughput(ThroughputRow millrace, List<ThroughputRow> rows) {
        rows.stream()
                .filter(
                        it ->
                                it.measurement() == millrace.measurement()
                                        && it.contender() == Contender.PARALLEL_TX)
                .findFirst()
                .flatMap(it -> it.result().steady())
                .filter(it -> it.jobs() > 0)
                .ifPresent(other -> addRatio(millrace, other));
    }

    private void addRatio(ThroughputRow millrace, ThroughputInterval other) {
        millrace.result()
                .steady()
                .ifPresent(
                        own ->
                                targets.add(
                                        Target.atLeast(
                                                TIMES_THE_PARALLEL_CONSUMER,
                                                "jobs/s ÷ transactional parallel consumer, "
                                                        + millrace.measurement().key()
                                                        + ", "
                                                        + millrace.concurrency()
                                                        + " in flight",
                                                own.jobsPerSecond() / other.jobsPerSecond())));
    }

    private void addIdeal(IdealRow row) {
        String conditions = ", " + row.transport() + ", " + row.inFlight() + " in flight";
        targets.add(
                Target.atLeast(
                        PERCENT_OF_THE_IDEAL,
                        "percent of in flight ÷ latency" + conditions,
                        PERCENT * row.share()));
        targets.add(
                Target.atMost(
                        HEAP_MIB,
                        "MiB of heap" + conditions,
                        (double) row.result().memory().heapMib()));
    }

    private void addLatency(LatencyRow millrace, List<LatencyRow> rows) {
        rows.stream()
                .filter(
                        it ->
                                it.perSecond() == millrace.perSecond()
                                        && it.contender() == Contender.HOP)
                .findFirst()
                .flatMap(LatencyRow::percentiles)
                .ifPresent(
                        hop ->
                                millrace.percentiles()
                                        .ifPresent(own -> add(millrace.perSecond(), own, hop)));
    }

    /** Compares the medians, so that one disturbed run does not decide. */
    private void addLimits(List<LimitsRow> rows) {
        OptionalDouble with = medianPerSecond(rows, true);
        OptionalDouble without = medianPerSecond(rows, false);
        if (with.isPresent() && without.isPresent()) {
            targets.add(
                    Target.atLeast(
                            PERCENT_WITH_LIMITS,
                            "percent of jobs/s without limits, with limits",
                            PERCENT * with.getAsDouble() / without.getAsDouble()));
        }
    }

    private static OptionalDouble medianPerSecond(List<LimitsRow> rows, boolean hasLimits) {
        double[] sorted =
                rows.stream()
                        .filter(it -> it.hasLimits() == hasLimits)
                        .flatMap(it -> it.result().steady().stream())
                        .mapToDouble(ThroughputInterval::jobsPerSecond)
                        .sorted()
                        .toArray();
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sorted[sorted.length / 2]);
    }

    private void add(int perSecond, LatencyPercentiles own, LatencyPercentiles hop) {
        String metric = "latency ÷ bare hop, " + perSecond + " jobs/s, ";
        targets.add(Target.atMost(TIMES_THE_HOP, metric + "P50", own.p50() / hop.p50()));
        targets.add(Target.atMost(TIMES_THE_HOP, metric + "P95", own.p95() / hop.p95()));
        targets.add(Target.atMost(TIMES_THE_HOP, metric + "P99", own.p99() / hop.p99()));
    }
}
