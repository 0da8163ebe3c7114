package dev.millrace.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrafficTest {
    /** Near the largest long, so that the ticker overflows. */
    private static final long START = Long.MAX_VALUE - 1_000_000;

    private final Traffic traffic = new Traffic();

    private CallCounter arrive(String model, String account) {
        return traffic.arrive(model, account, 10, START);
    }

    @Test
    void callCountsInTotalForItsModelAndForItsAccount() {
        arrive("a", "main").addOutcome("answered");
        arrive("b", "main").addOutcome("rate_limited");

        TrafficSummary summary = traffic.summary();
        assertThat(summary.total().calls()).isEqualTo(2);
        assertThat(summary.account("main").outcomes())
                .isEqualTo(Map.of("answered", 1L, "rate_limited", 1L));
        assertThat(summary.model("a").outcomes()).isEqualTo(Map.of("answered", 1L));
        assertThat(summary.model("c")).isEqualTo(TrafficCounts.NONE);
    }

    @Test
    void changedOutcomeReplacesTheFirstOne() {
        CallCounter counter = arrive("a", "main");
        counter.addOutcome("answered");

        counter.changeOutcome("answered", "aborted");

        assertThat(traffic.summary().total().outcomes()).isEqualTo(Map.of("aborted", 1L));
    }

    @Test
    void highestConcurrencyRemainsAfterTheCallsHaveEnded() {
        CallCounter first = arrive("a", "main");
        CallCounter second = arrive("b", "main");
        first.start();
        second.start();
        first.end();
        second.end();

        assertThat(traffic.summary().total().highest().concurrency()).isEqualTo(2);
        assertThat(traffic.summary().model("a").highest().concurrency()).isEqualTo(1);
    }

    @Test
    void resetForgetsAllCalls() {
        arrive("a", "main");

        traffic.reset();

        assertThat(traffic.summary().total()).isEqualTo(TrafficCounts.NONE);
    }

    @Test
    void modelsBeyondTheBoundShareOneGroup() {
        for (int i = 0; i < 10_050; i++) {
            arrive("model-" + i, "main");
        }

        assertThat(traffic.summary().models()).hasSize(10_001);
        assertThat(traffic.summary().model("(others)").calls()).isEqualTo(50);
    }

    @Property
    void highestAmountsAreThoseOfTheFullestWindow(
            @ForAll @Size(min = 1, max = 100) List<@IntRange(max = 15_000) Integer> pausesMillis) {
        Traffic measured = new Traffic();
        long[] times = new long[pausesMillis.size()];
        long now = START;
        for (int i = 0; i < times.length; i++) {
            now += Duration.ofMillis(pausesMillis.get(i)).toNanos();
            times[i] = now;
            measured.arrive("a", "main", 7, now);
        }

        TrafficCounts.Highest highest = measured.summary().total().highest();
        long inAMinute = fullest(times, Duration.ofMinutes(1));
        long inASecond = fullest(times, Duration.ofSeconds(1));
        assertThat(highest)
                .isEqualTo(
                        new TrafficCounts.Highest(
                                inAMinute, inASecond, 7 * inAMinute, 7 * inASecond, 0));
    }

    private static long fullest(long[] times, Duration window) {
        return IntStream.range(0, times.length)
                .mapToLong(
                        last ->
                                IntStream.rangeClosed(0, last)
                                        .filter(i -> times[last] - times[i] < window.toNanos())
                                        .count())
                .max()
                .orElseThrow();
    }
}
