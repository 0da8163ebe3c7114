package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FinishRateTest {
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30);

    private final FinishRate rate = new FinishRate();

    private void read(long second, long finished, long end) {
        rate.onReading(finished, end > finished, START + TimeUnit.SECONDS.toNanos(second));
    }

    @Test
    void oneReadingGivesNoRate() {
        read(0, 100, 200);
        assertThat(rate.perSecond()).isEmpty();
    }

    @Test
    void finishedJobsGiveTheRate() {
        read(0, 100, 500);
        read(15, 130, 500);
        read(60, 220, 500);
        assertThat(rate.perSecond().orElseThrow()).isEqualTo(2, Offset.offset(1e-9));
    }

    @Test
    void idleTimeDoesNotCount() {
        read(0, 100, 100);
        read(100, 100, 100);
        read(110, 120, 140);
        assertThat(rate.perSecond().orElseThrow()).isEqualTo(2, Offset.offset(1e-9));
    }

    @Test
    void readingsBeforeTheWindowDoNotCount() {
        read(0, 0, 9_000);
        read(10, 5_000, 9_000);
        read(310, 5_300, 9_000);
        assertThat(rate.perSecond().orElseThrow()).isEqualTo(1, Offset.offset(1e-9));
    }

    @Test
    void jobsThatDoNotFinishGiveNoRate() {
        read(0, 100, 500);
        read(60, 100, 900);
        assertThat(rate.perSecond()).isEmpty();
    }

    @Test
    void aTopicThatBeginsAgainDoesNotCount() {
        read(0, 100, 500);
        read(10, 0, 50);
        read(20, 10, 50);
        assertThat(rate.perSecond().orElseThrow()).isEqualTo(1, Offset.offset(1e-9));
    }
}
