package dev.millrace.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cache.EntriesFigures.Memory;
import dev.millrace.bench.cache.EntriesFigures.Takeover;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ThroughputInterval;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CacheFiguresTest {
    private static final Takeover FEW =
            new Takeover(1_000, false, Duration.ofSeconds(4), OptionalDouble.empty());
    private static final Takeover ALL =
            new Takeover(501_000, false, Duration.ofSeconds(9), OptionalDouble.of(0.25));
    private static final Takeover STANDBY =
            new Takeover(501_000, true, Duration.ofSeconds(5), OptionalDouble.of(0));

    private static List<WayLatency> latencies() {
        List<Way> ways = List.of(Way.values());
        return IntStream.range(0, ways.size())
                .mapToObj(i -> new WayLatency(ways.get(i), percentiles(10 + i)))
                .toList();
    }

    private static LatencyPercentiles percentiles(double millis) {
        return new LatencyPercentiles(millis, 2 * millis, 3 * millis);
    }

    private static EntriesFigures entries() {
        return new EntriesFigures(
                new Memory(501_000, 700L << 20, 90, 640, 812),
                Optional.of(
                        new ThroughputInterval(
                                5_000, Duration.ofSeconds(1), Duration.ofMillis(500))),
                OptionalDouble.of(0.125),
                List.of(FEW, ALL, STANDBY));
    }

    private static JsonNode json(CacheFigures figures) {
        return new JsonMapper().readTree(new CacheJson(figures).toString());
    }

    @Test
    void secondsPerMillionIgnoreWhatEveryTakeoverTakes() {
        assertThat(ALL.secondsPerMillion(FEW)).isEqualTo(10);
    }

    @Nested
    class WithAllParts {
        private final CacheFigures figures =
                new CacheFigures(
                        100,
                        latencies(),
                        OptionalDouble.of(0.031),
                        Optional.of(entries()),
                        List.of());

        @Test
        void textHasFiguresAndTargets() {
            assertThat(new CacheText(figures).toString())
                    .contains("100 requests/s, stolen 3.1 %")
                    .containsPattern("router, cache hit +14\\.0 +28\\.0 +42\\.0")
                    .containsPattern("router, cache hit +2\\.0 +2\\.00 +6\\.0 +2\\.00 +≤ 2 met")
                    .containsPattern("tenant with a budget +5\\.0 +5\\.00 .*≤ 2 not met")
                    .containsPattern("501,000 +700 +90 +≤ 512 met +640 +812")
                    .containsPattern("5,000 +100\\.0 +12\\.5")
                    .containsPattern("without a standby +501,000 +9\\.0 +10\\.0 +25\\.0")
                    .containsPattern("with a standby +501,000 +5\\.0 +0\\.0")
                    .doesNotContain("PROBLEM");
        }

        @Test
        void jsonHasFiguresAndTargets() {
            JsonNode json = json(figures);

            assertThat(json.path("good").asBoolean()).isTrue();
            assertThat(json.path("latency").path("ways")).hasSize(Way.values().length);
            assertThat(json.path("latency").path("added").get(1).path("reached").asBoolean())
                    .isTrue();
            assertThat(json.path("entries").path("hits_per_s").asInt()).isEqualTo(5_000);
            assertThat(json.path("entries").path("takeovers").get(1).path("took_ms").asInt())
                    .isEqualTo(9_000);
        }
    }

    @Nested
    class WithMissingOutput {
        private final CacheFigures figures =
                new CacheFigures(
                        100,
                        List.of(),
                        OptionalDouble.empty(),
                        Optional.empty(),
                        List.of("2 of 3 jobs have a result"));

        @Test
        void problemIsReported() {
            assertThat(new CacheText(figures).toString())
                    .isEqualTo("PROBLEM 2 of 3 jobs have a result\n");
            assertThat(json(figures).path("good").asBoolean()).isFalse();
            assertThat(json(figures).path("problems").get(0).asString())
                    .isEqualTo("2 of 3 jobs have a result");
        }
    }
}
