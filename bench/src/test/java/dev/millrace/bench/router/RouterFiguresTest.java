package dev.millrace.bench.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Stretch;
import dev.millrace.bench.router.RouterFigures.Backlog;
import dev.millrace.bench.router.RouterFigures.Latency;
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
                    new ClassifyCost.Step(new Percentiles(0.004, 0.005, 0.006), 5_000),
                    new ClassifyCost.Step(new Percentiles(0.025, 0.03, 0.04), 3_000));

    private final List<Backlog> backlogs = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();

    private void backlog(Way way, long perSecond) {
        var steady = new Stretch(perSecond, Duration.ofSeconds(1), Duration.ofMillis(500));
        backlogs.add(new Backlog(way, Optional.of(steady), Optional.empty()));
    }

    private void latency(Way way, double millis) {
        var took = new Percentiles(millis, 2 * millis, 3 * millis);
        latencies.add(new Latency(way, 50, Optional.of(took), Optional.empty()));
    }

    private RouterFigures figures() {
        return new RouterFigures(backlogs, latencies, CLASSIFICATION);
    }

    private JsonNode json() {
        return new JsonMapper().readTree(new RouterJson(figures()).toString());
    }

    @Nested
    class WhenAllWaysWereMeasured {
        @Test
        void theMedianOfTheRoundsIsComparedWithThatOfThePassThrough() {
            List.of(100L, 900L, 200L).forEach(it -> backlog(Way.PASS, it));
            List.of(10L, 120L, 140L).forEach(it -> backlog(Way.NAMED, it));

            assertThat(RouterAim.of(figures()).getFirst())
                    .returns("Millrace, model named: requests/s ÷ pass-through", RouterAim::of)
                    .returns(0.6, RouterAim::measured)
                    .returns(true, RouterAim::isReached);
        }

        @Test
        void latenciesAreComparedAtTheSameRate() {
            latency(Way.PASS, 10);
            latency(Way.AUTO, 16);

            assertThat(RouterAim.of(figures()))
                    .filteredOn(it -> it.of().contains("latency"))
                    .hasSize(2)
                    .allSatisfy(it -> assertThat(it.measured()).isEqualTo(1.6))
                    .noneMatch(RouterAim::isReached);
        }

        @Test
        void theJsonHasThemAndTheAims() {
            backlog(Way.PASS, 200);
            latency(Way.AUTO, 16);

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
    class WhenSomethingIsMissing {
        @Test
        void itIsTold() {
            backlogs.add(new Backlog(Way.AUTO, Optional.empty(), Optional.of("2 of 3")));

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
