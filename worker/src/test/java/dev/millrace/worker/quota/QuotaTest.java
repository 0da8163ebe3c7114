package dev.millrace.worker.quota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.SharedLimits;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.wire.ResponseHeaders;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int SLOTS = 100;

    private static boolean isAnyKey(int key) {
        return key >= 0;
    }

    private final Partition partition = Jobs.active();
    private final Partition otherModel = Jobs.active(new JobTopic("n", Lane.NORMAL));
    private long offset;
    private long now = Long.MAX_VALUE - MINUTE;

    private static Limits limits(String key, long limit) {
        return new Limits(
                value(key, "requests_per_second", limit),
                value(key, "requests_per_minute", limit),
                value(key, "tokens_per_minute", limit),
                value(key, "input_tokens_per_minute", limit),
                value(key, "output_tokens_per_minute", limit),
                value(key, "concurrency", limit));
    }

    private static OptionalLong value(String key, String name, long limit) {
        return key.equals(name) ? OptionalLong.of(limit) : OptionalLong.empty();
    }

    private static Model model(String name) {
        return Model.of(name, "p", Price.of("1", "2"));
    }

    private Quota quota(SharedLimits shared, Model... models) {
        return quota(1, shared, models);
    }

    private Quota quota(int keys, SharedLimits shared, Model... models) {
        return new Quota(
                List.of(models),
                shared,
                _ -> keys,
                SLOTS,
                PermitSource.LOCAL,
                new LoopClock(() -> Jobs.NOW, () -> now));
    }

    private Quota quota(String key, long limit) {
        return quota(SharedLimits.NONE, model("m").withLimits(limits(key, limit)));
    }

    private Job job(String model, long tokens) {
        Partition of = model.equals("m") ? partition : otherModel;
        return Jobs.ready(of, offset++, model(model), new TokenEstimate(tokens, 0));
    }

    /** Sends a call if the quota permits it; returns null otherwise. */
    private @Nullable Job tryStart(Quota quota, String model, long tokens) {
        Job job = job(model, tokens);
        if (quota.waitNanos(job, QuotaTest::isAnyKey, now) > 0) {
            return null;
        }
        assertThat(quota.reserve(job, now)).isTrue();
        quota.onSent(job, now);
        return job;
    }

    private Job start(Quota quota, String model, long tokens) {
        return Objects.requireNonNull(tryStart(quota, model, tokens));
    }

    private int startAll(Quota quota) {
        int started = 0;
        while (tryStart(quota, "m", 1) != null) {
            started++;
        }
        return started;
    }

    private static CallReport answered(long tokens, String... headers) {
        var response = new Verdict.Response(200, headers(headers), body());
        return new CallReport(
                null,
                "",
                new Verdict.Answered(response, new Billing.Billed(TokenUsage.of(tokens, 0))),
                true,
                Duration.ofMillis(5),
                null);
    }

    private static CallReport refused(Duration wait) {
        var verdict =
                new Verdict.Failed(
                        ErrorCode.RATE_LIMIT_EXCEEDED,
                        "test",
                        new Verdict.Response(429, ResponseHeaders.NONE, body()),
                        wait,
                        Billing.NOTHING);
        return new CallReport(null, "", verdict, true, Duration.ofMillis(5), null);
    }

    private static ProviderBody body() {
        return ProviderBody.of("{}".getBytes(UTF_8));
    }

    private static ResponseHeaders headers(String... headers) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new ResponseHeaders(map);
    }

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
                long wait = quota.waitNanos(job, QuotaTest::isAnyKey, now);
                if (wait == 0) {
                    quota.reserve(job, now);
                    quota.complete(job, answered(1), now);
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
            assertThat(quota.reserve(job, now)).isTrue();
            quota.cancel(job, now);
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
            assertThat(quota.reserve(job, now)).isTrue();
            now += 5 * SECOND;
            assertThat(tryStart(quota, "m", 1)).isNull();
            quota.onSent(job, now);
            now += SECOND;
            assertThat(tryStart(quota, "m", 1)).isNull();
            now += SECOND;

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }

        @Test
        void countsNotIfItsThreadDoesNotSendIt() {
            var quota = quota("requests_per_second", 1);
            Job job = start(quota, "m", 1);
            quota.complete(job, notCalled(), now);
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
            quota.complete(job, answered(10), now);
            now += SECOND;

            assertThat(tryStart(quota, "m", 900)).isNotNull();
        }

        @Test
        void learnsHowWrongTheEstimatesAre() {
            var quota = quota("tokens_per_minute", 1_000_000_000);
            for (int i = 0; i < 1_000; i++) {
                quota.complete(start(quota, "m", 100), answered(1_000), now);
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
            quota.complete(start(quota, "m", 900), refused(Duration.ofMillis(1)), now);
            now += SECOND;

            assertThat(tryStart(quota, "m", 900)).isNotNull();
        }

        @Test
        void isEstimatedFromTheBodyWithoutTheHeader() {
            var quota = quota("input_tokens_per_minute", 1_000_000);
            Job job = Jobs.ready(partition, offset++);
            quota.reserve(job, now);

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
            quota.complete(first, answered(1), now);

            assertThat(tryStart(quota, "m", 1)).isNotNull();
        }
    }

    @Nested
    class ASharedLimit {
        private final Quota quota =
                quota(
                        new SharedLimits(
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
                    quota.complete(small, answered(10), now);
                }
                if (quota.waitNanos(large, QuotaTest::isAnyKey, now) == 0) {
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
        void largeCallOfOneIsNotDelayedForeverBySmallOnesOfTheOther() {
            Job large = job("m", 2_000);
            boolean isPermitted = false;
            for (int i = 0; i < 30_000 && !isPermitted; i++) {
                Job small = Jobs.ready(bulk, offset++, model("m"), new TokenEstimate(10, 0));
                if (quota.waitNanos(small, QuotaTest::isAnyKey, now) == 0) {
                    quota.reserve(small, now);
                    quota.onSent(small, now);
                    quota.complete(small, answered(10), now);
                }
                isPermitted = quota.waitNanos(large, QuotaTest::isAnyKey, now) == 0;
                now += SECOND / 1_000;
            }

            assertThat(isPermitted).isTrue();
        }

        @Test
        void earlierOneIsDueFirst() {
            while (tryStart(quota, "m", 100) != null) {
                // Uses what the limit permits now.
            }
            long wait = quota.waitNanos(job("m", 100), QuotaTest::isAnyKey, now);
            Job large = Jobs.ready(bulk, offset++, model("m"), new TokenEstimate(2_000, 0));
            assertThat(quota.waitNanos(large, QuotaTest::isAnyKey, now)).isGreaterThan(wait);

            assertThat(quota.untilDueNanos(now)).isEqualTo(wait).isPositive();
        }
    }

    @Nested
    class TheHeadersOfAResponse {
        @Test
        void limitTheModelAtOnce() {
            var quota = quota(SharedLimits.NONE, model("m"));
            Job job = start(quota, "m", 1);
            quota.complete(job, answered(1, "x-ratelimit-limit-requests", "60"), now);

            assertThat(startAll(quota)).isEqualTo(1);
            assertThat(current(quota))
                    .containsExactly(Map.entry("models.m.limits.requests_per_minute", 60L));
        }

        @Test
        void neverRaiseAConfiguredLimit() {
            var quota = quota("requests_per_minute", 60);
            Job job = start(quota, "m", 1);
            quota.complete(job, answered(1, "x-ratelimit-limit-requests", "6000"), now);

            assertThat(current(quota)).containsValue(60L);
        }

        @Test
        void lowerAConfiguredLimit() {
            var quota = quota("requests_per_minute", 60);
            Job job = start(quota, "m", 1);
            quota.complete(job, answered(1, "x-ratelimit-limit-requests", "30"), now);

            assertThat(current(quota)).containsValue(30L);
        }
    }

    @Nested
    class SeveralKeys {
        private final Quota quota = quota(2, SharedLimits.NONE, model("m"));

        private @Nullable Job tryStart(int key) {
            Job job = job("m", 1);
            if (quota.waitNanos(job, it -> it == key, now) > 0) {
                return null;
            }
            job.useKey(key);
            quota.reserve(job, now);
            return job;
        }

        private void throttle(int key) {
            var jobs = new ArrayList<Job>();
            for (int i = 0; i < 5; i++) {
                jobs.add(Objects.requireNonNull(tryStart(key)));
            }
            jobs.forEach(it -> quota.complete(it, refused(Duration.ofSeconds(3)), now));
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

            assertThat(quota.waitNanos(job, QuotaTest::isAnyKey, now)).isZero();
            assertThat(quota.hasRoom(job, 0, now)).isTrue();
            assertThat(quota.hasRoom(job, 1, now)).isFalse();
        }

        @Test
        void limitsInHeadersHoldForTheirKeyAlone() {
            Job first = Objects.requireNonNull(tryStart(1));
            quota.complete(first, answered(1, "x-ratelimit-limit-requests", "60"), now);
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
                            new SharedLimits(
                                    Limits.NONE, Map.of(), Map.of("p", limits("concurrency", 1))),
                            model("m"),
                            model("n"));
            Job first = job("m", 1);
            limited.reserve(first, now);
            assertThat(limited.hasRoom(job("n", 1), 0, now)).isFalse();
            Job second = job("n", 1);
            assertThat(limited.waitNanos(second, QuotaTest::isAnyKey, now)).isZero();
            second.useKey(1);
            limited.reserve(second, now);
            assertThat(limited.waitNanos(job("m", 1), QuotaTest::isAnyKey, now)).isPositive();

            limited.complete(second, answered(1), now);
            assertThat(limited.hasRoom(job("m", 1), 1, now)).isTrue();
            assertThat(current(limited))
                    .containsOnlyKeys(
                            "providers.p.key_limits.key_1.concurrency",
                            "providers.p.key_limits.key_2.concurrency");
        }

        @Test
        void questionForRoomHoldsBackNoOtherModel() {
            var shared =
                    new SharedLimits(
                            Limits.NONE, Map.of(), Map.of("p", limits("requests_per_second", 1)));
            var limited = quota(2, shared, model("m"), model("n"));
            Job first = job("m", 1);
            limited.reserve(first, now);
            limited.onSent(first, now);
            for (int i = 0; i < 4; i++) {
                assertThat(limited.hasRoom(job("m", 1), 0, now)).isFalse();
                now += SECOND / 4;
            }
            now += SECOND / 10;

            assertThat(limited.hasRoom(job("n", 1), 0, now)).isTrue();
        }

        @Test
        void configuredLimitOfTheModelHoldsForAllKeysTogether() {
            var limited =
                    quota(
                            2,
                            SharedLimits.NONE,
                            model("m").withLimits(limits("requests_per_second", 1)));
            Job job = job("m", 1);
            job.useKey(1);
            limited.reserve(job, now);

            assertThat(limited.waitNanos(job("m", 1), QuotaTest::isAnyKey, now)).isPositive();
            assertThat(current(limited))
                    .containsExactly(Map.entry("models.m.limits.requests_per_second", 1L));
        }
    }

    private Map<String, Long> current(Quota quota) {
        var limits = new HashMap<String, Long>();
        quota.forEachLimit((key, limit, _, _) -> limits.put(key, limit), now);
        return limits;
    }

    @Test
    void refusedCallSlowsItsModelAlone() {
        var quota = quota(SharedLimits.NONE, model("m"), model("n"));
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(start(quota, "m", 1));
        }
        jobs.forEach(job -> quota.complete(job, refused(Duration.ofSeconds(3)), now));

        assertThat(tryStart(quota, "m", 1)).isNull();
        assertThat(quota.untilDueNanos(now)).isEqualTo(3 * SECOND);
        assertThat(tryStart(quota, "n", 1)).isNotNull();
    }
}
