package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of limits that the provider names or refuses above. */
class LearnedLimitsTest extends QuotaScene {
    private static final int STEPS_PER_SECOND = 20;
    private static final String PER_MINUTE = "models.m.limits.requests_per_minute";

    private void answer(Quota quota, String... headers) {
        Job job = start(quota, "m", 1);
        quota.of(job).complete(job, answered(1, headers), now);
    }

    @Test
    void limitOfHeadersIsListedWithItsUse() {
        var quota = quota(ConfiguredLimits.NONE, model("m"));

        answer(quota, "x-ratelimit-limit-requests", "60");
        answer(quota);

        assertThat(quota.learned(now))
                .containsExactly(new WorkerReport.Learned(PER_MINUTE, LimitOrigin.NAMED, 60, 1));
    }

    @Test
    void lowerLimitOfHeadersReplacesTheConfiguredOne() {
        var quota = quota("requests_per_minute", 60);

        answer(quota, "x-ratelimit-limit-requests", "30");

        assertThat(quota.learned(now))
                .containsExactly(new WorkerReport.Learned(PER_MINUTE, LimitOrigin.NAMED, 30, 1));
    }

    @Test
    void configuredLimitIsNotLearned() {
        var quota = quota("requests_per_minute", 60);

        answer(quota, "x-ratelimit-limit-requests", "600");

        assertThat(quota.learned(now)).isEmpty();
    }

    /** Calls a provider that accepts a number of calls a second, for a minute. */
    private Quota refusedAbove(int perSecond) {
        var quota = quota(ConfiguredLimits.NONE, model("m"));
        double room = perSecond;
        for (int step = 0; step < 60 * STEPS_PER_SECOND; step++) {
            room = Math.min(perSecond, room + (double) perSecond / STEPS_PER_SECOND);
            var started = new ArrayList<Job>();
            for (var job = tryStart(quota, "m", 1); job != null; job = tryStart(quota, "m", 1)) {
                started.add(job);
            }
            now += SECOND / STEPS_PER_SECOND;
            for (Job job : started) {
                boolean isAccepted = room >= 1;
                room -= isAccepted ? 1 : 0;
                quota.of(job).complete(job, isAccepted ? answered(1) : refused(Duration.ZERO), now);
            }
        }
        return quota;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void limitOfRefusalsIsListed(int perSecond) {
        assertThat(refusedAbove(perSecond).learned(now))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.path()).startsWith("models.m.limits.");
                            assertThat(it.origin()).isEqualTo(LimitOrigin.FOUND);
                        });
    }
}
