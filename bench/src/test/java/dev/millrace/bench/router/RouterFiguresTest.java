package dev.millrace.bench.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.router.RouterFigures.BacklogResult;
import dev.millrace.bench.router.RouterFigures.LatencyResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RouterFiguresTest {
    private static final ClassifyCost CLASSIFICATION =
            new ClassifyCost(
                    new ClassifyCost.Step(new LatencyPercentiles(0.004, 0.005, 0.006), 5_000),
                    new ClassifyCost.Step(new LatencyPercentiles(0.025, 0.03, 0.04), 3_000));

    private final List<BacklogResult> backlogs = new ArrayList<>();
    private final List<LatencyResult> latencies = new ArrayList<>();

    private void backlog(RouterContender contender, long perSecond) {
        var steady =
                new ThroughputInterval(perSecond, Duration.ofSeconds(1), Duration.ofMillis(500));
        backlogs.add(new BacklogResult(contender, Optional.of(steady), Optional.empty()));
    }

    private void latency(RouterContender contender, double millis) {
        var percentiles = new LatencyPercentiles(millis, 2 * millis, 3 * millis);
        latencies.add(new LatencyResult(contender, 50, Optional.of(percentiles), Optional.empty()));
    }

    private RouterFigures figures() {
        return new RouterFigures(backlogs, latencies, CLASSIFICATION);
    }

    private JsonNode json() {
        return new JsonMapper().readTree(new RouterJson(figures()).toString());
    }

    @Nested
    class WithFiguresOfAllContenders {
        @Test
        void medianThroughputIsComparedWithThePassThrough() {
            List.of(100L, 900L, 200L).forEach(it -> backlog(RouterContender.PASS, it));
            List.of(10L, 120L, 140L).forEach(it -> backlog(RouterContender.NAMED, it));

            assertThat(RouterTarget.of(figures()).getFirst())
                    .returns(
                            "Millrace, model named: requests/s ÷ pass-through",
                            RouterTarget::metric)
                    .returns(0.6, RouterTarget::measured)
                    .returns(true, RouterTarget::isMet);
        }

        @Test
        void latenciesAreComparedAtEqualRates() {
            latency(RouterContender.PASS, 10);
            latency(RouterContender.AUTO, 16);

            assertThat(RouterTarget.of(figures()))
                    .filteredOn(it -> it.metric().contains("latency"))
                    .hasSize(2)
                    .allSatisfy(it -> assertThat(it.measured()).isEqualTo(1.6))
                    .noneMatch(RouterTarget::isMet);
        }

        @Test
        void jsonContainsFiguresAndTargets() {
            backlog(RouterContender.PASS, 200);
            latency(RouterContender.AUTO, 16);

            JsonNode json = json();

            assertThat(json.path("backlogs").get(0).path("requests_per_s").asInt()).isEqualTo(200);
            assertThat(json.path("latency").get(0).path("p99_ms").asInt()).isEqualTo(48);
            assertThat(json.path("classification").path("classify").path("p50_us").asInt())
                    .isEqualTo(25);
            assertThat(json.path("aims").get(0).path("reached").asBoolean()).isFalse();
            assertThat(json.path("good").asBoolean()).isTrue();
        }
    }

    @Nested
    class WithMissingOutput {
        @Test
        void problemIsReported() {
            backlogs.add(
                    new BacklogResult(
                            RouterContender.AUTO, Optional.empty(), Optional.of("2 of 3")));

            JsonNode json = json();

            assertThat(json.path("good").asBoolean()).isFalse();
            assertThat(json.path("problems").get(0).asString())
                    .isEqualTo("Millrace, model chosen: 2 of 3");
            assertThat(json.path("backlogs").get(0).path("requests_per_s").isNull()).isTrue();
            assertThat(new RouterText(figures()).toString())
                    .contains("PROBLEM Millrace, model chosen: 2 of 3");
        }
    }
}
