package dev.millrace.simulator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void lognormalSamplesMatchTheirMedianAndP99() {
        Latency latency = new Latency.Lognormal(Duration.ofMillis(800), Duration.ofSeconds(4));
        SplittableRandom random = new SplittableRandom(3);
        var samples = Stream.generate(() -> latency.sample(random)).limit(20_000).sorted().toList();

        assertThat(samples.get(10_000)).isBetween(Duration.ofMillis(770), Duration.ofMillis(830));
        assertThat(samples.get(19_800))
                .isBetween(Duration.ofMillis(3_600), Duration.ofMillis(4_400));
    }

    @Property
    void uniformSamplesStayWithinTheBounds(
            @ForAll @IntRange(max = 3_600_000) int one,
            @ForAll @IntRange(max = 3_600_000) int other,
            @ForAll long seed) {
        Duration min = Duration.ofMillis(Math.min(one, other));
        Duration max = Duration.ofMillis(Math.max(one, other));

        assertThat(new Latency.Uniform(min, max).sample(new SplittableRandom(seed)))
                .isBetween(min, max);
    }
}
