package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RampProgressTest {
    private static final long NOW = 1_763_640_000_000L;

    private static RampSchedule schedule(int goodResults, Duration time) {
        return new RampSchedule(
                List.of(1.0, 5.0, 10.0),
                goodResults > 0 ? OptionalInt.of(goodResults) : OptionalInt.empty(),
                Optional.of(time).filter(it -> !it.isZero()));
    }

    private static RampProgress good(RampProgress from, int results) {
        RampProgress progress = from;
        for (int i = 0; i < results; i++) {
            progress = progress.onGoodResult();
        }
        return progress;
    }

    @Nested
    class WhenGoodResultsCompleteAStep {
        private final RampSchedule schedule = schedule(3, Duration.ZERO);

        @Test
        void oneResultLessDoesNotMoveTheRamp() {
            var progress = good(new RampProgress(0, NOW, 0), 2);

            assertThat(progress.onTick(schedule, NOW + 1_000_000).step()).isZero();
        }

        @Test
        void nextStepStartsWithoutResults() {
            var second = good(new RampProgress(0, NOW, 0), 3).onTick(schedule, NOW + 7);

            assertThat(second).isEqualTo(new RampProgress(1, NOW + 7, 0));
        }
    }

    @Nested
    class WhenTimeCompletesAStep {
        private final RampSchedule schedule = schedule(0, Duration.ofMinutes(10));

        @Test
        void stepLastsUntilItsLastMillisecond() {
            var progress = new RampProgress(0, NOW, 0);

            assertThat(progress.onTick(schedule, NOW + 599_999).step()).isZero();
            assertThat(progress.onTick(schedule, NOW + 600_000).step()).isOne();
        }

        @Test
        void longPauseCompletesOnlyOneStep() {
            var progress = new RampProgress(0, NOW, 0).onTick(schedule, NOW + 86_400_000);

            assertThat(progress.onTick(schedule, NOW + 86_400_000).step()).isOne();
        }
    }

    @Nested
    class WhenAStepNeedsResultsAndTime {
        @Test
        void stepWaitsForBoth() {
            RampSchedule schedule = schedule(2, Duration.ofMinutes(10));
            var early = good(new RampProgress(0, NOW, 0), 2);

            assertThat(early.onTick(schedule, NOW + 599_999).step()).isZero();
            assertThat(new RampProgress(0, NOW, 0).onTick(schedule, NOW + 600_000).step()).isZero();
            assertThat(early.onTick(schedule, NOW + 600_000).step()).isOne();
        }
    }

    @Provide
    Arbitrary<RampSchedule> schedules() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0.1, 100).list().ofMinSize(1).ofMaxSize(8),
                        Arbitraries.integers()
                                .between(0, 5)
                                .map(it -> it > 0 ? OptionalInt.of(it) : OptionalInt.empty()),
                        Arbitraries.longs().between(0, 100).map(Duration::ofMillis).optional())
                .as(RampSchedule::new);
    }

    @Property
    void neverGoesBackNorBeyondTheLastStep(
            @ForAll("schedules") RampSchedule schedule,
            @ForAll List<@LongRange(min = -20, max = 50) Long> pauses) {
        var progress = new RampProgress(0, NOW, 0);
        long now = NOW;
        for (long pause : pauses) {
            now += pause;
            var next =
                    (pause % 2 == 0 ? progress.onGoodResult() : progress.restartStep(now))
                            .onTick(schedule, now);
            assertThat(next.step()).isBetween(progress.step(), progress.step() + 1);
            assertThat(next.step()).isLessThanOrEqualTo(schedule.lastStep());
            progress = next;
        }
    }

    @Property
    void decodesWhatWasEncoded(@ForAll int step, @ForAll long since, @ForAll int good) {
        var progress = new RampProgress(step, since, good);

        assertThat(RampProgress.read(progress.encode())).isEqualTo(progress);
    }
}
