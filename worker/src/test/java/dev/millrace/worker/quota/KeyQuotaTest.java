package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The limits of a model with several API keys. */
class KeyQuotaTest extends QuotaScene {
    private final Quota quota = quota(2, ConfiguredLimits.NONE, model("m"));

    private @Nullable Job tryStart(int key) {
        Job job = job("m", 1);
        if (quota.of(job).waitNanos(job, it -> it == key, now) > 0) {
            return null;
        }
        job.useKey(key);
        quota.of(job).reserve(job, now);
        return job;
    }

    private boolean hasRoom(Quota all, Job job, int key) {
        return all.of(job).hasRoom(job, key, now);
    }

    private long waitNanos(Quota all, Job job) {
        return all.of(job).waitNanos(job, QuotaScene::isAnyKey, now);
    }

    private void throttle(int key) {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 5; i++) {
            jobs.add(Objects.requireNonNull(tryStart(key)));
        }
        now += SECOND / 200;
        jobs.forEach(it -> quota.of(it).complete(it, refused(Duration.ofSeconds(3)), now));
    }

    @Test
    void refusedCallsSlowTheirKeyAlone() {
        throttle(0);

        assertThat(tryStart(0)).isNull();
        assertThat(quota.untilDueNanos(now)).isEqualTo(3 * SECOND);
        assertThat(tryStart(1)).isNotNull();
    }

    @Test
    void oneKeyWithRoomIsEnough() {
        throttle(1);
        Job job = job("m", 1);

        assertThat(quota.of(job).waitNanos(job, QuotaScene::isAnyKey, now)).isZero();
        assertThat(quota.of(job).hasRoom(job, 0, now)).isTrue();
        assertThat(quota.of(job).hasRoom(job, 1, now)).isFalse();
    }

    @Test
    void limitsInHeadersHoldForTheirKeyAlone() {
        Job first = Objects.requireNonNull(tryStart(1));
        quota.of(first).complete(first, answered(1, "x-ratelimit-limit-requests", "60"), now);
        Objects.requireNonNull(tryStart(1));

        assertThat(tryStart(1)).isNull();
        assertThat(tryStart(0)).isNotNull();
        assertThat(current(quota))
                .containsExactly(Map.entry("models.m.limits.key_2.requests_per_minute", 60L));
    }

    @Test
    void configuredLimitOfAKeyHoldsForEachKeyOverAllModels() {
        var limited =
                quota(
                        2,
                        new ConfiguredLimits(
                                Limits.NONE, Map.of(), Map.of("p", limits("concurrency", 1))),
                        model("m"),
                        model("n"));
        Job first = job("m", 1);
        limited.of(first).reserve(first, now);
        assertThat(hasRoom(limited, job("n", 1), 0)).isFalse();
        Job second = job("n", 1);
        assertThat(limited.of(second).waitNanos(second, QuotaScene::isAnyKey, now)).isZero();
        second.useKey(1);
        limited.of(second).reserve(second, now);
        assertThat(waitNanos(limited, job("m", 1))).isPositive();

        limited.of(second).complete(second, answered(1), now);
        assertThat(hasRoom(limited, job("m", 1), 1)).isTrue();
        assertThat(current(limited))
                .containsOnlyKeys(
                        "providers.p.key_limits.key_1.concurrency",
                        "providers.p.key_limits.key_2.concurrency");
    }

    @Test
    void questionForRoomHoldsBackNoOtherModel() {
        var shared =
                new ConfiguredLimits(
                        Limits.NONE, Map.of(), Map.of("p", limits("requests_per_second", 1)));
        var limited = quota(2, shared, model("m"), model("n"));
        Job first = job("m", 1);
        limited.of(first).reserve(first, now);
        limited.of(first).onSent(first, now);
        for (int i = 0; i < 4; i++) {
            assertThat(hasRoom(limited, job("m", 1), 0)).isFalse();
            now += SECOND / 4;
        }
        now += SECOND / 10;

        assertThat(hasRoom(limited, job("n", 1), 0)).isTrue();
    }

    @Test
    void configuredLimitOfTheModelHoldsForAllKeysTogether() {
        var limited =
                quota(
                        2,
                        ConfiguredLimits.NONE,
                        model("m").withLimits(limits("requests_per_second", 1)));
        Job job = job("m", 1);
        job.useKey(1);
        limited.of(job).reserve(job, now);

        assertThat(waitNanos(limited, job("m", 1))).isPositive();
        assertThat(current(limited))
                .containsExactly(Map.entry("models.m.limits.requests_per_second", 1L));
    }
}
