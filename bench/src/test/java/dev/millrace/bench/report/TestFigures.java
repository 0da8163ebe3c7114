package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.process.PeakMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Fictitious figures. */
final class TestFigures {
    private TestFigures() {}

    static ContenderResult result(long perSecond) {
        var steady =
                new ThroughputInterval(perSecond, Duration.ofSeconds(1), Duration.ofMillis(500));
        return new ContenderResult(
                100_000, Optional.of(steady), new PeakMemory(700, 600, 300), 250, Optional.empty());
    }

    static ContenderResult broken(String problem) {
        return new ContenderResult(
                0, Optional.empty(), new PeakMemory(0, 0, 0), 0, Optional.of(problem));
    }

    static ThroughputRow throughput(Contender contender, ContenderResult result) {
        return new ThroughputRow(Measurement.WORK_0MS, contender, 100, result);
    }

    static IdealRow ideal(long perSecond) {
        return new IdealRow("http", 5_000, Duration.ofSeconds(1), result(perSecond));
    }

    static LatencyRow latency(Contender contender, double p50) {
        return new LatencyRow(
                50,
                contender,
                1_000,
                Optional.of(new LatencyPercentiles(p50, 2 * p50, 3 * p50)),
                Optional.empty());
    }

    static WorkerFigures of(List<ThroughputRow> throughput) {
        return new WorkerFigures(throughput, List.of(), List.of(), List.of());
    }

    /** Returns figures of every measurement. */
    static WorkerFigures all() {
        return new WorkerFigures(
                List.of(
                        throughput(Contender.PARALLEL_TX, result(10_000)),
                        throughput(Contender.MILLRACE, result(90_000))),
                List.of(ideal(4_800)),
                List.of(latency(Contender.HOP, 4), latency(Contender.MILLRACE, 10)),
                List.of(new LimitsRow(false, result(40_000)), new LimitsRow(true, result(39_200))));
    }
}
