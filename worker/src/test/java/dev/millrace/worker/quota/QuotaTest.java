package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QuotaTest extends QuotaScene {
    @Nested
    class ALimitOfRequests {
        @Test
        void isUsedAndNeverExceededInAnyMinute() {
            var quota = quota("requests_per_minute", 300);
            var sent = new ArrayDeque<Long>();
            var random = new SplittableRandom(1);
            int total = 0;
            for (long end = now + 10 * MINUTE; now - end < 0; ) {
                Job job = job("m", 1);
                long wait = quota.of(job).waitNanos(job, QuotaScene::isAnyKey, now);
                if (wait == 0) {
                    quota.of(job).reserve(job, now);
                    quota.of(job).complete(job, answered(1), now);
                    sent.addLast(now);
                    total++;
                }
                while (now - sent.getFirst() > MINUTE) {
                    sent.removeFirst();
                }
                assertThat(sent.size()).isLessThanOrEqualTo(300);
                now += wait + random.nextLong(1_000_000);
            }

            assertThat(total).isGreaterThan(2_900);
        }

        @Test
        void saysForHowLongTheFirstJobWaits() {
            var quota = quota("requests_per_second", 1);
            startAll(quota);
            long wait = quota.untilDueNanos(now);
            now += wait - 1;
            assertThat(tryStart(quota, "m", 1)).isNull();
            now += 1;

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }

        @Test
        void countsNoCallThatIsNotSent() {
            var quota = quota("requests_per_second", 1);
            Job job = job("m", 1);
            assertThat(quota.of(job).reserve(job, now)).isTrue();
            quota.of(job).cancel(job, now);
            assertThat(tryStart(quota, "m", 1)).isNotNull();
            assertThat(tryStart(quota, "m", 1)).isNull();
        }
    }

    @Nested
    class ACallThatWaitsForTheCommit {
        @Test
        void countsFromItsTakeUntilOneWindowAfterItsSending() {
            var quota = quota("requests_per_second", 1);
            Job job = job("m", 1);
            assertThat(quota.of(job).reserve(job, now)).isTrue();
            now += 5 * SECOND;
            assertThat(tryStart(quota, "m", 1)).isNull();
            quota.of(job).onSent(job, now);
            now += SECOND;
            assertThat(tryStart(quota, "m", 1)).isNull();
            now += SECOND;

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }

        @Test
        void countsNotIfItsThreadDoesNotSendIt() {
            var quota = quota("requests_per_second", 1);
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, notCalled(), now);
            now += SECOND / 10;

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }

        private CallReport notCalled() {
            return new CallReport(
                    null, "", new Verdict.SendWindowMissed(), false, Duration.ZERO, null);
        }
    }

    @Nested
    class ALimitOfTokens {
        @Test
        void countsTheUsedTokensInsteadOfTheEstimate() {
            var quota = quota("tokens_per_minute", 1_000);
            Job job = start(quota, "m", 900);
            quota.of(job).complete(job, answered(10), now);
            now += SECOND;

            assertThat(tryStart(quota, "m", 900)).isNotNull();
        }

        @Test
        void learnsHowWrongTheEstimatesAre() {
            var quota = quota("tokens_per_minute", 1_000_000_000);
            for (int i = 0; i < 1_000; i++) {
                var few = start(quota, "m", 100);
                quota.of(few).complete(few, answered(1_000), now);
            }
            var small = quota("tokens_per_minute", 1_000_000_000);

            assertThat(tokensUsed(quota)).isGreaterThan(9 * tokensUsed(small));
        }

        private double tokensUsed(Quota quota) {
            Job job = start(quota, "m", 100);
            return Objects.requireNonNull(job.takeReservation()).tokens().input();
        }

        @Test
        void isReleasedByARefusedCall() {
            var quota = quota("tokens_per_minute", 1_000);
            var many = start(quota, "m", 900);
            quota.of(many).complete(many, refused(Duration.ofMillis(1)), now);
            now += SECOND;

            assertThat(tryStart(quota, "m", 900)).isNotNull();
        }

        @Test
        void isEstimatedFromTheBodyWithoutTheHeader() {
            var quota = quota("input_tokens_per_minute", 1_000_000);
            Job job = Jobs.ready(partition, offset++);
            quota.of(job).reserve(job, now);

            assertThat(Objects.requireNonNull(job.takeReservation()).tokens().input())
                    .isEqualTo(job.record().value().length / 4);
        }
    }

    @Nested
    class ALimitOfConcurrentCalls {
        @Test
        void holdsTheOthersUntilACallEnds() {
            var quota = quota("concurrency", 1);
            Job first = start(quota, "m", 1);
            assertThat(tryStart(quota, "m", 1)).isNull();
            quota.of(first).complete(first, answered(1), now);

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }
    }

    @Nested
    class ASharedLimit {
        private final Quota quota =
                quota(
                        new ConfiguredLimits(
                                Limits.NONE,
                                Map.of("p", limits("tokens_per_minute", 60_000)),
                                Map.of()),
                        model("m"),
                        model("n"));

        @Test
        void holdsBackEveryModelOfItsProvider() {
            while (tryStart(quota, "m", 100) != null) {
                // Uses what the limit permits now.
            }

            assertThat(tryStart(quota, "n", 100)).isNull();
        }

        @Test
        void largeCallIsNotDelayedForeverBySmallOnes() {
            List<String> order = new ArrayList<>();
            Job large = job("m", 30_000);
            for (int i = 0; i < 30_000 && order.isEmpty(); i++) {
                Job small = tryStart(quota, "n", 10);
                if (small != null) {
                    quota.of(small).complete(small, answered(10), now);
                }
                if (quota.of(large).waitNanos(large, QuotaScene::isAnyKey, now) == 0) {
                    order.add("large");
                }
                now += SECOND / 1_000;
            }

            assertThat(order).containsExactly("large");
        }
    }

    @Nested
    class TwoLanesOfAModel {
        private final Quota quota = quota("tokens_per_minute", 60_000);
        private final Partition bulk = Jobs.active(new JobTopic("m", Lane.BULK));

        @Test
        void earlierOneIsDueFirst() {
            while (tryStart(quota, "m", 100) != null) {
                // Uses what the limit permits now.
            }
            var next = job("m", 100);
            long wait = quota.of(next).waitNanos(next, QuotaScene::isAnyKey, now);
            Job large = Jobs.ready(bulk, offset++, model("m"), new TokenEstimate(2_000, 0));
            assertThat(quota.of(large).waitNanos(large, QuotaScene::isAnyKey, now))
                    .isGreaterThan(wait);

            assertThat(quota.untilDueNanos(now)).isEqualTo(wait).isPositive();
        }
    }

    @Nested
    class TheHeadersOfAResponse {
        @Test
        void limitTheModelAtOnce() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit-requests", "60"), now);

            assertThat(startAll(quota)).isEqualTo(1);
            assertThat(current(quota))
                    .containsExactly(Map.entry("models.m.limits.requests_per_minute", 60L));
        }

        @Test
        void neverRaiseAConfiguredLimit() {
            var quota = quota("requests_per_minute", 60);
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit-requests", "6000"), now);

            assertThat(current(quota)).containsValue(60L);
        }

        @Test
        void lowerAConfiguredLimit() {
            var quota = quota("requests_per_minute", 60);
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit-requests", "30"), now);

            assertThat(current(quota)).containsValue(30L);
        }

        @Test
        void limitTheModelInTheirWindow() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "ratelimit-policy", "60;w=30, 5;w=1"), now);

            assertThat(current(quota))
                    .containsOnly(
                            Map.entry("models.m.limits.requests_per_minute", 120L),
                            Map.entry("models.m.limits.requests_per_30_seconds", 60L),
                            Map.entry("models.m.limits.requests_per_second", 5L));
        }

        @Test
        void exceedNoWindowThatTheyName() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit", "10, 10;w=1"), now);
            now += 2 * SECOND;
            int atMost = 0;
            for (int second = 0; second < 30; second++) {
                int started = 0;
                for (int i = 0; i < 100; i++) {
                    started += startAll(quota);
                    now += SECOND / 100;
                }
                atMost = Math.max(atMost, started);
            }

            assertThat(atMost).isBetween(9, 10);
        }

        @Test
        void lowerAConfiguredLimitOfAMinuteByAShorterWindow() {
            var quota = quota("requests_per_minute", 300);
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit-second", "2"), now);

            assertThat(current(quota))
                    .containsEntry("models.m.limits.requests_per_minute", 120L)
                    .containsEntry("models.m.limits.requests_per_second", 2L);
        }

        @Test
        void showTheLengthOfAWindowByItsResets() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            for (String reset : new String[] {"12", "3", "30", "29", "1"}) {
                now += SECOND;
                Job job = start(quota, "m", 1);
                quota.of(job)
                        .complete(
                                job,
                                answered(1, "x-ratelimit-limit", "60", "x-ratelimit-reset", reset),
                                now);
            }

            assertThat(current(quota))
                    .containsExactly(Map.entry("models.m.limits.requests_per_minute", 120L));
        }

        private void answer(Quota quota, Duration after, String... headers) {
            now += after.toNanos();
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, headers), now);
        }

        @Test
        void nameALimitNoLongerForTwoMinutes() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            answer(quota, Duration.ZERO, "x-ratelimit-limit", "10, 10;w=1");
            answer(quota, Duration.ofMinutes(10));
            answer(quota, Duration.ofMinutes(2).minusNanos(1));
            Map<String, Long> before = current(quota);
            answer(quota, Duration.ofMillis(100));

            assertThat(before).hasSize(2);
            assertThat(current(quota)).isEmpty();
            assertThat(startAll(quota)).isEqualTo(10);
        }

        @Test
        void nameALimitAgainBeforeItEnds() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            Duration most = Duration.ofSeconds(119);
            for (int i = 0; i < 3; i++) {
                answer(quota, Duration.ofSeconds(1), "x-ratelimit-limit-requests", "60");
                answer(quota, Duration.ofSeconds(1));
                answer(quota, most);
            }

            assertThat(current(quota)).containsValue(60L);
        }

        @Test
        void restoreAConfiguredLimitByTheirEnd() {
            var quota = quota("requests_per_minute", 600);
            answer(quota, Duration.ZERO, "x-ratelimit-limit-requests", "60");
            answer(quota, Duration.ofMinutes(1));
            answer(quota, Duration.ofMinutes(2));

            assertThat(current(quota)).containsValue(600L);
        }

        @Test
        void areNoEndIfCallsFailWithoutThem() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            answer(quota, Duration.ZERO, "x-ratelimit-limit-requests", "60");
            for (int minute = 0; minute < 5; minute++) {
                now += MINUTE;
                Job job = start(quota, "m", 1);
                quota.of(job).complete(job, refused(Duration.ofSeconds(1)), now);
            }

            assertThat(current(quota)).containsValue(60L);
        }

        @Test
        void nameAnotherNumberForAnotherWindow() {
            var quota = quota(ConfiguredLimits.NONE, model("m"));
            for (String[] limit : new String[][] {{"60", "30"}, {"5", "1"}}) {
                now += SECOND;
                Job job = start(quota, "m", 1);
                quota.of(job)
                        .complete(
                                job,
                                answered(
                                        1,
                                        "ratelimit-limit",
                                        limit[0],
                                        "ratelimit-reset",
                                        limit[1]),
                                now);
            }

            assertThat(current(quota)).containsValue(300L);
        }
    }

    @Nested
    class AConfiguredBurst {
        private int atOnceOf(Limits limits, long tokens) {
            var quota = quota(ConfiguredLimits.NONE, model("m").withLimits(limits));
            int started = 0;
            while (tryStart(quota, "m", tokens) != null) {
                started++;
            }
            return started;
        }

        @Test
        void startsAtOnce() {
            Limits limits = limits("requests_per_minute", 60);

            assertThat(atOnceOf(limits, 1)).isEqualTo(1);
            assertThat(atOnceOf(limits.withBurst(OptionalLong.of(10)), 1)).isEqualTo(10);
        }

        @Test
        void holdsForTokensInProportion() {
            var none = OptionalLong.empty();
            var limits =
                    new Limits(
                            none,
                            OptionalLong.of(60),
                            OptionalLong.of(60_000),
                            none,
                            none,
                            none,
                            OptionalLong.of(10));

            assertThat(atOnceOf(limits, 500)).isEqualTo(10);
            assertThat(atOnceOf(limits, 2_000)).isEqualTo(5);
        }

        @Test
        void holdsForALimitThatAResponseNames() {
            var quota =
                    quota(
                            ConfiguredLimits.NONE,
                            model("m").withLimits(Limits.NONE.withBurst(OptionalLong.of(8))));
            Job job = start(quota, "m", 1);
            quota.of(job).complete(job, answered(1, "x-ratelimit-limit-requests", "60"), now);

            assertThat(startAll(quota)).isEqualTo(8);
        }
    }

    @Test
    void refusedCallSlowsItsModelAlone() {
        var quota = quota(ConfiguredLimits.NONE, model("m"), model("n"));
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(start(quota, "m", 1));
        }
        now += SECOND / 200;
        jobs.forEach(job -> quota.of(job).complete(job, refused(Duration.ofSeconds(3)), now));

        assertThat(tryStart(quota, "m", 1)).isNull();
        assertThat(quota.untilDueNanos(now)).isEqualTo(3 * SECOND);
        assertThat(tryStart(quota, "n", 1)).isNotNull();
    }
}
