package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.quota.FoundLimit.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A job that waits for a limit reports which one. */
class QuotaHoldTest extends QuotaScene {
    private Hold hold(Quota quota) {
        Job job = job("m", 1);
        assertThat(quota.of(job).waitNanos(job, QuotaScene::isAnyKey, now)).isPositive();
        return quota.of(job).hold(job, QuotaScene::isAnyKey, now);
    }

    @Test
    void configuredLimitIsNamedByItsKey() {
        var quota = quota("requests_per_minute", 1);
        startAll(quota);

        assertThat(hold(quota))
                .isEqualTo(
                        new Hold(
                                WaitingReason.CONFIGURED_LIMIT,
                                "models.m.limits.requests_per_minute: 1"));
    }

    @Test
    void configuredConcurrencyIsNamedByItsKey() {
        var quota = quota("concurrency", 2);
        startAll(quota);

        assertThat(hold(quota).value()).isEqualTo("models.m.limits.concurrency: 2");
    }

    @Test
    void limitOfHeadersIsReported() {
        var quota = quota(ConfiguredLimits.NONE, model("m"));
        var started = start(quota, "m", 1);
        quota.of(started).complete(started, answered(1, "x-ratelimit-limit-requests", "2"), now);
        startAll(quota);

        assertThat(hold(quota))
                .isEqualTo(
                        new Hold(
                                WaitingReason.FOUND_LIMIT,
                                "models.m.limits.requests_per_minute: 2, named by the headers of"
                                        + " the provider"));
    }

    @Test
    void providerThatAsksForAWaitIsReported() {
        var quota = quota(ConfiguredLimits.NONE, model("m"));
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(start(quota, "m", 1));
        }
        now += SECOND / 200;
        jobs.forEach(it -> quota.of(it).complete(it, refused(Duration.ofSeconds(3)), now));

        Hold hold = hold(quota);
        assertThat(hold.reason()).isEqualTo(WaitingReason.PROVIDER_WAIT);
        assertThat(hold.value())
                .isEqualTo(
                        "the provider refuses most calls and asks for a wait: 5 refusals since "
                                + Jobs.NOW);
    }

    @Nested
    class AFoundLimit {
        private String text(double perSecond, int inFlight, int refusals, Phase phase) {
            return FoundLimitText.hold(
                            new FoundLimit(perSecond, inFlight, refusals, now - 90 * SECOND, phase),
                            Jobs.NOW,
                            now)
                    .value();
        }

        @Test
        void rateHasItsRefusals() {
            assertThat(text(0.2, 100, 6, Phase.FOUND))
                    .isEqualTo(
                            "12 calls a minute, found by 6 refusals since "
                                    + Jobs.NOW.minusSeconds(90));
        }

        @Test
        void callsInFlightHaveTheirRefusal() {
            assertThat(text(0, 1, 1, Phase.FOUND))
                    .isEqualTo(
                            "1 call in flight, found by 1 refusal since "
                                    + Jobs.NOW.minusSeconds(90));
        }

        @Test
        void smallRateHasADecimal() {
            assertThat(text(0.125, 100, 6, Phase.FOUND)).startsWith("7.5 calls a minute");
        }

        @Test
        void slowAnswersAreACause() {
            assertThat(text(0, 20, 0, Phase.FOUND))
                    .isEqualTo("20 calls in flight, found by slow answers");
        }

        @Test
        void searchIsReported() {
            assertThat(text(0, 20, 0, Phase.SEARCHING))
                    .isEqualTo("20 calls in flight, rising until calls are refused");
        }
    }
}
