package dev.millrace.bench.router;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A target for one figure of the router.
 *
 * @param metric the figure's description
 * @param isLeast true when the bound is a minimum, false when it is a maximum
 */
record RouterTarget(String metric, double measured, double bound, boolean isLeast) {
    private static final double THROUGHPUT_FRACTION = 0.6;
    private static final double LATENCY_FACTOR = 1.5;

    /** Evaluates the targets for which all figures were measured. */
    static List<RouterTarget> of(RouterFigures figures) {
        List<RouterTarget> targets = new ArrayList<>();
        var pass = figures.median(RouterContender.PASS);
        for (RouterContender contender : List.of(RouterContender.NAMED, RouterContender.AUTO)) {
            figures.median(contender)
                    .filter(_ -> pass.isPresent())
                    .ifPresent(it -> targets.add(throughput(contender, it, pass.get())));
            figures.latencies().stream()
                    .filter(it -> it.contender() == contender)
                    .forEach(
                            own ->
                                    own.percentiles()
                                            .ifPresent(it -> add(targets, figures, own, it)));
        }
        targets.add(
                new RouterTarget(
                        "µs to classify 200 words, P50",
                        figures.classification().classify().p50Micros(),
                        ClassifyCost.TARGET_MICROS,
                        false));
        return targets;
    }

    private static RouterTarget throughput(
            RouterContender contender, ThroughputInterval own, ThroughputInterval pass) {
        return new RouterTarget(
                contender.title() + ": requests/s ÷ pass-through",
                own.jobsPerSecond() / pass.jobsPerSecond(),
                THROUGHPUT_FRACTION,
                true);
    }

    private static void add(
            List<RouterTarget> targets,
            RouterFigures figures,
            RouterFigures.LatencyResult measured,
            LatencyPercentiles own) {
        int perSecond = measured.perSecond();
        Optional<LatencyPercentiles> pass =
                figures.latencies().stream()
                        .filter(
                                it ->
                                        it.contender() == RouterContender.PASS
                                                && it.perSecond() == perSecond)
                        .flatMap(it -> it.percentiles().stream())
                        .findFirst();
        String metric =
                measured.contender().title()
                        + ": latency ÷ pass-through, "
                        + perSecond
                        + " requests/s, ";
        pass.ifPresent(
                it -> {
                    targets.add(atMost(metric + "P50", own.p50() / it.p50()));
                    targets.add(atMost(metric + "P99", own.p99() / it.p99()));
                });
    }

    private static RouterTarget atMost(String metric, double measured) {
        return new RouterTarget(metric, measured, LATENCY_FACTOR, false);
    }

    boolean isMet() {
        return isLeast ? measured >= bound : measured <= bound;
    }

    /** Returns the bound as text. */
    String boundText() {
        return (isLeast ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%.1f", bound);
    }
}
