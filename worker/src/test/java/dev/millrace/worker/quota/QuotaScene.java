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
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The quota of models {@code m} and {@code n} of a provider, and the calls of their jobs. */
abstract class QuotaScene {
    static final long MINUTE = Duration.ofMinutes(1).toNanos();
    static final long SECOND = Duration.ofSeconds(1).toNanos();
    static final int SLOTS = 100;

    static boolean isAnyKey(int key) {
        return key >= 0;
    }

    final Partition partition = Jobs.active();
    final Partition otherModel = Jobs.active(new JobTopic("n", Lane.NORMAL));
    long offset;
    long now = Long.MAX_VALUE - MINUTE;

    static Limits limits(String key, long limit) {
        return new Limits(
                value(key, "requests_per_second", limit),
                value(key, "requests_per_minute", limit),
                value(key, "tokens_per_minute", limit),
                value(key, "input_tokens_per_minute", limit),
                value(key, "output_tokens_per_minute", limit),
                value(key, "concurrency", limit),
                value(key, "burst", limit));
    }

    static OptionalLong value(String key, String name, long limit) {
        return key.equals(name) ? OptionalLong.of(limit) : OptionalLong.empty();
    }

    static Model model(String name) {
        return Model.of(name, "p", Price.of("1", "2"));
    }

    Quota quota(ConfiguredLimits shared, Model... models) {
        return quota(1, shared, models);
    }

    Quota quota(int keys, ConfiguredLimits shared, Model... models) {
        return new Quota(
                List.of(models),
                shared,
                _ -> keys,
                now -> WorkerFeatures.searches().start(SLOTS, now),
                PermitSource.LOCAL,
                new LoopClock(() -> Jobs.NOW, () -> now));
    }

    Quota quota(String key, long limit) {
        return quota(ConfiguredLimits.NONE, model("m").withLimits(limits(key, limit)));
    }

    Job job(String model, long tokens) {
        Partition of = model.equals("m") ? partition : otherModel;
        return Jobs.ready(of, offset++, model(model), new TokenEstimate(tokens, 0));
    }

    /** Sends a call if the quota permits it; returns null otherwise. */
    @Nullable Job tryStart(Quota quota, String model, long tokens) {
        Job job = job(model, tokens);
        if (quota.of(job).waitNanos(job, QuotaScene::isAnyKey, now) > 0) {
            return null;
        }
        assertThat(quota.of(job).reserve(job, now)).isTrue();
        quota.of(job).onSent(job, now);
        return job;
    }

    Job start(Quota quota, String model, long tokens) {
        return Objects.requireNonNull(tryStart(quota, model, tokens));
    }

    int startAll(Quota quota) {
        int started = 0;
        while (tryStart(quota, "m", 1) != null) {
            started++;
        }
        return started;
    }

    static CallReport answered(long tokens, String... headers) {
        var response = new Verdict.Response(200, headers(headers), body());
        return new CallReport(
                null,
                "",
                new Verdict.Answered(response, new Billing.Billed(TokenUsage.of(tokens, 0))),
                true,
                Duration.ofMillis(5),
                null);
    }

    static CallReport refused(Duration wait) {
        var verdict =
                new Verdict.Failed(
                        ErrorCode.RATE_LIMIT_EXCEEDED,
                        "test",
                        new Verdict.Response(429, ResponseHeaders.NONE, body()),
                        wait,
                        Billing.NOTHING);
        return new CallReport(null, "", verdict, true, Duration.ofMillis(5), null);
    }

    static ProviderBody body() {
        return ProviderBody.of("{}".getBytes(UTF_8));
    }

    static ResponseHeaders headers(String... headers) {
        var map = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new ResponseHeaders(map);
    }

    Map<String, Long> current(Quota quota) {
        var limits = new HashMap<String, Long>();
        quota.forEachLimit((key, limit, _, _) -> limits.put(key, limit), now);
        return limits;
    }
}
