package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import java.util.ArrayList;
import java.util.List;

/** What follows from the figures: each aim for which both sides were measured. */
final class Aims {
    private static final double TIMES_THE_PARALLEL_CONSUMER = 8;
    private static final double PERCENT_OF_THE_IDEAL = 97;
    private static final double HEAP_MIB = 1_024;
    private static final double TIMES_THE_HOP = 3;
    private static final double PERCENT = 100;

    private final List<Aim> aims = new ArrayList<>();

    private Aims() {}

    static List<Aim> of(Figures figures) {
        var all = new Aims();
        figures.throughput().stream()
                .filter(it -> it.kind() == Kind.MILLRACE)
                .forEach(it -> all.addThroughput(it, figures.throughput()));
        figures.ideal().forEach(all::addIdeal);
        figures.latency().stream()
                .filter(it -> it.kind() == Kind.MILLRACE)
                .forEach(it -> all.addLatency(it, figures.latency()));
        return List.copyOf(all.aims);
    }

    private void addThroughput(ThroughputRow millrace, List<ThroughputRow> rows) {
        rows.stream()
                .filter(it -> it.part() == millrace.part() && it.kind() == Kind.PARALLEL_TX)
                .findFirst()
                .flatMap(it -> it.observed().steady())
                .filter(it -> it.jobs() > 0)
                .ifPresent(other -> addRatio(millrace, other));
    }

    private void addRatio(ThroughputRow millrace, Stretch other) {
        millrace.observed()
                .steady()
                .ifPresent(
                        own ->
                                aims.add(
                                        Aim.atLeast(
                                                TIMES_THE_PARALLEL_CONSUMER,
                                                "jobs/s ÷ transactional parallel consumer, "
                                                        + millrace.part().word()
                                                        + ", "
                                                        + millrace.concurrency()
                                                        + " in flight",
                                                own.jobsPerSecond() / other.jobsPerSecond())));
    }

    private void addIdeal(IdealRow row) {
        String where = ", " + row.way() + ", " + row.inFlight() + " in flight";
        aims.add(
                Aim.atLeast(
                        PERCENT_OF_THE_IDEAL,
                        "percent of in flight ÷ latency" + where,
                        PERCENT * row.share()));
        aims.add(
                Aim.atMost(
                        HEAP_MIB,
                        "MiB of heap" + where,
                        (double) row.observed().memory().heapMib()));
    }

    private void addLatency(LatencyRow millrace, List<LatencyRow> rows) {
        rows.stream()
                .filter(it -> it.perSecond() == millrace.perSecond() && it.kind() == Kind.HOP)
                .findFirst()
                .flatMap(LatencyRow::took)
                .ifPresent(
                        hop ->
                                millrace.took()
                                        .ifPresent(own -> add(millrace.perSecond(), own, hop)));
    }

    private void add(int perSecond, Percentiles own, Percentiles hop) {
        String of = "latency ÷ bare hop, " + perSecond + " jobs/s, ";
        aims.add(Aim.atMost(TIMES_THE_HOP, of + "P50", own.p50() / hop.p50()));
        aims.add(Aim.atMost(TIMES_THE_HOP, of + "P95", own.p95() / hop.p95()));
        aims.add(Aim.atMost(TIMES_THE_HOP, of + "P99", own.p99() / hop.p99()));
    }
}
