package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static final Offset<Double> NEARLY = within(1e-6);

    private final Series series = new Series();

    private void see(long millis, long visible) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        // Half a core.
        series.add(new Sample(nanos, visible, nanos / 2));
    }

    @Nested
    class ARunThatIsSlowAtFirstAndAtItsEnd {
        @Test
        void isMeasuredInBetween() {
            see(0, 1);
            see(10_000, 300);
            for (int i = 1; i <= 7; i++) {
                see(10_000 + i * 1_000, 300 + i * 100);
            }
            see(30_000, 1_100);

            Stretch steady = series.steady(1_100, 100).orElseThrow();

            assertThat(steady.jobsPerSecond()).isEqualTo(100, NEARLY);
            assertThat(steady.took()).isEqualTo(Duration.ofSeconds(6));
            assertThat(steady.cpuMicrosPerJob()).isEqualTo(5_000, NEARLY);
        }
    }

    @Nested
    class JobsThatEndInWaves {
        @Test
        void areMeasuredFromOnePlaceOfAWaveToTheSamePlaceOfAnother() {
            // Ten in flight for a second each; a wave becomes visible in two halves.
            for (int wave = 0; wave < 20; wave++) {
                see(wave * 1_000L, wave * 10L + 5);
                see(wave * 1_000L + 300, wave * 10L + 10);
            }

            Stretch steady = series.steady(200, 10).orElseThrow();

            assertThat(steady.jobsPerSecond()).isEqualTo(10, NEARLY);
        }
    }

    @Nested
    class ARunThatIsEndedBeforeItsBacklogIs {
        @Test
        void isMeasuredToItsEnd() {
            for (int i = 0; i <= 9; i++) {
                see(i * 1_000L, 1 + i);
            }

            Stretch steady = series.steady(1_000_000, 1).orElseThrow();

            assertThat(steady.jobs()).isEqualTo(7);
            assertThat(steady.took()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Nested
    class ARunWithoutASteadyPart {
        @Test
        void isMeasuredAsAWhole() {
            see(0, 10);
            see(100, 20);

            Stretch all = series.steady(20, 100).orElseThrow();

            assertThat(all.jobs()).isEqualTo(10);
            assertThat(all.jobsPerSecond()).isEqualTo(100, NEARLY);
        }

        @Test
        void isNotMeasuredByASingleLook() {
            see(0, 20);

            assertThat(series.steady(20, 100)).isEmpty();
        }

        @Test
        void isNotMeasuredWithoutAnyLook() {
            assertThat(series.steady(20, 100)).isEmpty();
        }
    }

    @Nested
    class TheEnd {
        @Test
        void isWhatCanBeInFlightAndATenthBefore() {
            assertThat(Series.beforeTheEnd(1_100, 100)).isEqualTo(900);
        }

        @Test
        void isAllOfARunThatFitsIntoFlight() {
            assertThat(Series.beforeTheEnd(50, 100)).isZero();
        }
    }
}
