package dev.millrace.bench.router;

import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure that the router is to reach.
 *
 * @param of what it is
 * @param isLeast whether the bound is the least, or the most
 */
record RouterAim(String of, double measured, double bound, boolean isLeast) {
    private static final double PART_OF_THROUGHPUT = 0.6;
    private static final double TIMES_THE_LATENCY = 1.5;

    /** Each for which both sides were measured. */
    static List<RouterAim> of(RouterFigures figures) {
        List<RouterAim> aims = new ArrayList<>();
        var pass = figures.median(Way.PASS);
        for (Way way : List.of(Way.NAMED, Way.AUTO)) {
            figures.median(way)
                    .filter(_ -> pass.isPresent())
                    .ifPresent(it -> aims.add(throughput(way, it, pass.get())));
            figures.latencies().stream()
                    .filter(it -> it.way() == way)
                    .forEach(own -> own.took().ifPresent(it -> add(aims, figures, own, it)));
        }
        aims.add(
                new RouterAim(
                        "µs to classify 200 words, P50",
                        figures.classification().classify().p50Micros(),
                        ClassifyCost.AIM_MICROS,
                        false));
        return aims;
    }

    private static RouterAim throughput(Way way, Stretch own, Stretch pass) {
        return new RouterAim(
                way.title() + ": requests/s ÷ pass-through",
                own.jobsPerSecond() / pass.jobsPerSecond(),
                PART_OF_THROUGHPUT,
                true);
    }

    private static void add(
            List<RouterAim> aims,
            RouterFigures figures,
            RouterFigures.Latency measured,
            Percentiles own) {
        int perSecond = measured.perSecond();
        Optional<Percentiles> pass =
                figures.latencies().stream()
                        .filter(it -> it.way() == Way.PASS && it.perSecond() == perSecond)
                        .flatMap(it -> it.took().stream())
                        .findFirst();
        String of =
                measured.way().title() + ": latency ÷ pass-through, " + perSecond + " requests/s, ";
        pass.ifPresent(
                it -> {
                    aims.add(atMost(of + "P50", own.p50() / it.p50()));
                    aims.add(atMost(of + "P99", own.p99() / it.p99()));
                });
    }

    private static RouterAim atMost(String of, double measured) {
        return new RouterAim(of, measured, TIMES_THE_LATENCY, false);
    }

    boolean isReached() {
        return isLeast ? measured >= bound : measured <= bound;
    }

    /** The bound for a person. */
    String wanted() {
        return (isLeast ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%.1f", bound);
    }
}
