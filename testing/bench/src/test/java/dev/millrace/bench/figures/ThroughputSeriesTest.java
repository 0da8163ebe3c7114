package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ThroughputSeriesTest {
    private static final Offset<Double> NEARLY = within(1e-6);

    private final ThroughputSeries series = new ThroughputSeries();

    private void sample(long millis, long visible) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        // Half a core.
        series.add(new Sample(nanos, visible, nanos / 2));
    }

    @Nested
    class RunWithSlowStartAndEnd {
        @Test
        void steadyPartExcludesStartAndEnd() {
            sample(0, 1);
            sample(10_000, 300);
            for (int i = 1; i <= 7; i++) {
                sample(10_000 + i * 1_000, 300 + i * 100);
            }
            sample(30_000, 1_100);

            ThroughputInterval steady = series.steady(1_100).orElseThrow();

            assertThat(steady.jobsPerSecond()).isEqualTo(100, NEARLY);
            assertThat(steady.duration()).isEqualTo(Duration.ofSeconds(6));
            assertThat(steady.cpuMicrosPerJob()).isEqualTo(5_000, NEARLY);
        }
    }

    @Nested
    class RunStoppedBeforeTheEndOfItsBacklog {
        @Test
        void steadyPartLastsToTheEndOfTheRun() {
            for (int i = 0; i <= 9; i++) {
                sample(i * 1_000L, 1 + i);
            }

            ThroughputInterval steady = series.steady(1_000_000).orElseThrow();

            assertThat(steady.jobs()).isEqualTo(7);
            assertThat(steady.duration()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Nested
    class RunWithoutSteadyPart {
        @Test
        void wholeRunIsMeasured() {
            sample(0, 10);
            sample(100, 20);

            ThroughputInterval all = series.steady(20).orElseThrow();

            assertThat(all.jobs()).isEqualTo(10);
            assertThat(all.jobsPerSecond()).isEqualTo(100, NEARLY);
        }

        @Test
        void singleSampleGivesNoInterval() {
            sample(0, 20);

            assertThat(series.steady(20)).isEmpty();
        }

        @Test
        void noSampleGivesNoInterval() {
            assertThat(series.steady(20)).isEmpty();
        }
    }
}
