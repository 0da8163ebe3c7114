package dev.millrace.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateBucketTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void aFullBucketPaysAMinuteAtOnce() {
        var bucket = new RateBucket(60, 0);

        assertThat(bucket.waitFor(60)).isZero();
        bucket.take(60);
        assertThat(bucket.waitFor(1)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void fillsWithTime() {
        var bucket = new RateBucket(60, 0);
        bucket.take(60);
        bucket.update(60, 2 * SECOND);

        assertThat(bucket.waitFor(2)).isZero();
        assertThat(bucket.waitFor(3)).isEqualTo(Duration.ofSeconds(1));
        assertThat(bucket.untilFull()).isEqualTo(Duration.ofSeconds(58));
    }

    @Test
    void aRequestAboveTheLimitNeedsAFullBucketAndIsPaidAfterwards() {
        var bucket = new RateBucket(60, 0);

        assertThat(bucket.waitFor(600)).isZero();
        bucket.take(600);
        assertThat(bucket.waitFor(60)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void anyShareOfALimitLetsOneRequestPass() {
        var bucket = new RateBucket(0.5, 0);

        assertThat(bucket.waitFor(1)).isZero();
        bucket.take(1);
        assertThat(bucket.waitFor(1)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void aLowerLimitAppliesAtOnce() {
        var bucket = new RateBucket(60, 0);
        bucket.update(30, 0);

        assertThat(bucket.available()).isEqualTo(30);
    }

    @Property
    void neverPassesMoreThanTheLimitAndOneBurst(
            @ForAll @Size(max = 200) List<@IntRange(max = 2_000) Integer> waitsMillis,
            @ForAll @IntRange(min = 1, max = 100) int limit) {
        var bucket = new RateBucket(limit, 0);
        long now = 0;
        int passed = 0;
        for (int wait : waitsMillis) {
            now += Duration.ofMillis(wait).toNanos();
            bucket.update(limit, now);
            if (bucket.waitFor(1).isZero()) {
                bucket.take(1);
                passed++;
            }
        }
        double allowed = limit + limit * (double) now / Duration.ofMinutes(1).toNanos();

        assertThat(passed).isLessThanOrEqualTo((int) Math.floor(allowed + 0.001));
    }
}
