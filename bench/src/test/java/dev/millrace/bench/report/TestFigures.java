package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import dev.millrace.bench.process.PeakMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Made-up figures. */
final class TestFigures {
    private TestFigures() {}

    static Observed observed(long perSecond) {
        var steady = new Stretch(perSecond, Duration.ofSeconds(1), Duration.ofMillis(500));
        return new Observed(
                100_000, Optional.of(steady), new PeakMemory(700, 600, 300), 250, Optional.empty());
    }

    static Observed broken(String problem) {
        return new Observed(0, Optional.empty(), new PeakMemory(0, 0, 0), 0, Optional.of(problem));
    }

    static ThroughputRow throughput(Kind kind, Observed observed) {
        return new ThroughputRow(Part.WORK_0MS, kind, 100, observed);
    }

    static IdealRow ideal(long perSecond) {
        return new IdealRow("http", 5_000, Duration.ofSeconds(1), observed(perSecond));
    }

    static LatencyRow latency(Kind kind, double p50) {
        return new LatencyRow(
                50,
                kind,
                1_000,
                Optional.of(new Percentiles(p50, 2 * p50, 3 * p50)),
                Optional.empty());
    }

    static Figures of(List<ThroughputRow> throughput) {
        return new Figures(throughput, List.of(), List.of());
    }

    /** Something of everything. */
    static Figures all() {
        return new Figures(
                List.of(
                        throughput(Kind.PARALLEL_TX, observed(10_000)),
                        throughput(Kind.MILLRACE, observed(90_000))),
                List.of(ideal(4_800)),
                List.of(latency(Kind.HOP, 4), latency(Kind.MILLRACE, 10)));
    }
}
