package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.gateway.GatewayFigures.Comparison;
import dev.millrace.bench.gateway.GatewayFigures.Idle;
import dev.millrace.bench.gateway.GatewayFigures.Upload;
import dev.millrace.bench.gateway.StageTimes.Total;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayFiguresTest {
    private static final StageTimes STAGES =
            new StageTimes(new Total(100, 1_250.5), new Total(100, 5_125), new Total(20, 60));

    private static LoopFigures loop(double p50, long failures) {
        return new LoopFigures(
                32, 640.25, 1.5 * p50, new LatencyPercentiles(p50, 2 * p50, 3 * p50), failures);
    }

    private static GatewayFigures figures(long failures, boolean isComplete, int closed) {
        return new GatewayFigures(
                List.of(
                        new Comparison(
                                BenchModel.DELAYED, loop(51, 0), loop(62.5, failures), STAGES)),
                List.of(),
                List.of(),
                Optional.of(new Upload(200_000_000, 1.5, 80, 81, 82, isComplete)),
                Optional.of(new Idle(10_000, closed, 80, 120, loop(3, 0), loop(4, 0))));
    }

    @Test
    void addedLatencyIsTheDifferenceOfEachPercentile() {
        assertThat(figures(0, true, 0).latency().getFirst().added())
                .isEqualTo(new LatencyPercentiles(11.5, 23, 34.5));
    }

    @Test
    void stagesSurviveTheWayBetweenProcesses() {
        assertThat(StageTimes.parse(STAGES.line())).isEqualTo(STAGES);
        assertThat(STAGES.since(STAGES).queued().mean()).isZero();
    }

    @Test
    void textHasTheFiguresOfEachPart() {
        assertThat(GatewayReport.text(figures(0, true, 0)))
                .containsPattern(
                        "32 +50 +51\\.0 +102\\.0 +153\\.0 +62\\.5 +125\\.0 +187\\.5 +11\\.5 +23\\.0 +34\\.5 +640\n")
                .containsPattern("32 +50 +93\\.8 +12\\.5 +51\\.3 +30\\.0 +3\\.0\n")
                .contains("live heap 80 MiB before, 81 MiB in the middle, 82 MiB after")
                .contains("10,000 idle connections")
                .doesNotContain("saturated", "first token", "PROBLEM");
    }

    @Test
    void jsonOmitsPartsThatWereNotMeasured() {
        assertThat(
                        GatewayReport.json(
                                new GatewayFigures(
                                        List.of(),
                                        List.of(loop(3, 0)),
                                        List.of(),
                                        Optional.empty(),
                                        Optional.empty())))
                .isEqualTo(
                        """
                        {"throughput":[{"in_flight":32,"per_second":640.25,"mean_ms":4.5,"failures":0,\
                        "p50_ms":3,"p95_ms":6,"p99_ms":9}],"good":true}""");
    }

    @Test
    void failedCallLostByteOrClosedConnectionMakesFiguresBad() {
        assertThat(figures(0, true, 0).isGood()).isTrue();
        assertThat(GatewayReport.text(figures(2, true, 0))).contains("PROBLEM 2 calls failed");
        assertThat(figures(0, false, 0).isGood()).isFalse();
        assertThat(GatewayReport.text(figures(0, true, 3)))
                .contains("PROBLEM the gateway closed 3 idle connections");
    }
}
