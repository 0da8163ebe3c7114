package dev.millrace.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AddedLatencyTest {
    private final Map<Way, WayLatency> latencies = new EnumMap<>(Way.class);

    private void measured(Way way, double p50, double p99) {
        latencies.put(way, new WayLatency(way, new LatencyPercentiles(p50, p50, p99)));
    }

    private AddedLatency added(Way way) {
        return AddedLatency.of(List.copyOf(latencies.values())).stream()
                .filter(it -> it.way() == way)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void unmeasuredLatencyAddsNothing() {
        assertThat(AddedLatency.of(List.of())).isEmpty();
    }

    @Nested
    class WithARepartitionOfTenMilliseconds {
        @BeforeEach
        void measure() {
            measured(Way.COPIED, 12, 20);
            measured(Way.REPARTITIONED, 22, 40);
            measured(Way.ROUTED, 5, 10);
            measured(Way.MISS, 20, 60);
            measured(Way.HIT, 15, 30);
            measured(Way.BUDGET, 5, 10);
        }

        @Test
        void stepIsComparedWithTheWayWithoutIt() {
            assertThat(added(Way.MISS))
                    .returns(15.0, AddedLatency::p50Millis)
                    .returns(50.0, AddedLatency::p99Millis)
                    .returns(OptionalDouble.of(1.5), AddedLatency::p50Ratio)
                    .returns(OptionalDouble.of(2.5), AddedLatency::p99Ratio);
        }

        @Test
        void targetAppliesToBothPercentiles() {
            assertThat(added(Way.HIT).isMet()).isTrue();
            assertThat(added(Way.MISS).isMet()).isFalse();
        }

        @Test
        void stepThatAddsNothingMeetsTheTarget() {
            assertThat(added(Way.BUDGET))
                    .returns(OptionalDouble.of(0), AddedLatency::p50Ratio)
                    .returns(true, AddedLatency::isMet);
        }

        @Test
        void repartitionHasNoTarget() {
            assertThat(added(Way.REPARTITIONED))
                    .returns(OptionalDouble.of(1), AddedLatency::p50Ratio)
                    .returns(false, AddedLatency::hasTarget);
        }

        @Test
        void repartitionThatAddsNothingGivesNoRatio() {
            measured(Way.REPARTITIONED, 12, 40);

            assertThat(added(Way.HIT))
                    .returns(OptionalDouble.empty(), AddedLatency::p50Ratio)
                    .returns(false, AddedLatency::isMet);
        }
    }
}
