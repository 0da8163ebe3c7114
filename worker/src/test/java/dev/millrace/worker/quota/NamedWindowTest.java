package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider whose headers name a limit and its next reset, but not the length of the window. */
class NamedWindowTest extends QuotaScene {
    private static final int LIMIT = 100;
    private static final long TURN = SECOND / 100;
    private static final long REFUSAL = SECOND / 30;

    private static final int SLOTS = 1_000;

    private final Quota quota =
            new Quota(
                    List.of(model("m")),
                    ConfiguredLimits.NONE,
                    _ -> 1,
                    time -> WorkerFeatures.searches().start(SLOTS, time),
                    PermitSource.LOCAL,
                    new LoopClock(() -> Jobs.NOW, () -> now));
    private final long start = now;

    private record Running(Job job, long endNanos, CallReport report) {}

    private final PriorityQueue<Running> running =
            new PriorityQueue<>(Comparator.comparingLong(it -> it.endNanos() - start));
    private final ArrayDeque<Long> refused = new ArrayDeque<>();
    private long windowNanos;
    private long index = -1;
    private int used;

    private CallReport call(long tookNanos) {
        long current = (now - start) / windowNanos;
        used = current == index ? used : 0;
        index = current;
        long reset = Math.ceilDiv((index + 1) * windowNanos - (now - start), SECOND);
        boolean isRefused = used >= LIMIT;
        used += isRefused ? 0 : 1;
        String[] headers = {
            "x-ratelimit-limit", "" + LIMIT,
            "x-ratelimit-remaining", "" + (LIMIT - used),
            "x-ratelimit-reset", "" + reset
        };
        var response = new Verdict.Response(isRefused ? 429 : 200, headers(headers), body());
        return new CallReport(
                null,
                "",
                isRefused
                        ? new Verdict.Failed(
                                ErrorCode.RATE_LIMIT_EXCEEDED,
                                "test",
                                response,
                                Duration.ofSeconds(reset),
                                Billing.NOTHING)
                        : answered(1, headers).verdict(),
                true,
                Duration.ofNanos(isRefused ? REFUSAL : tookNanos),
                null);
    }

    private double secondsOf(int jobs, long tookNanos) {
        int left = jobs;
        int done = 0;
        while (done < jobs) {
            while (!running.isEmpty() && running.element().endNanos() - now <= 0) {
                Running ended = running.remove();
                quota.of(ended.job()).complete(ended.job(), ended.report(), now);
                if (ended.report().verdict() instanceof Verdict.Failed failed) {
                    refused.add(now + Objects.requireNonNull(failed.retryAfter()).toNanos());
                } else {
                    done++;
                }
            }
            while (!refused.isEmpty() && refused.element() - now <= 0) {
                refused.remove();
                left++;
            }
            for (Job job = left == 0 ? null : tryStart(quota, "m", 1);
                    job != null;
                    job = left == 0 ? null : tryStart(quota, "m", 1)) {
                left--;
                CallReport report = call(tookNanos);
                running.add(new Running(job, now + report.took().toNanos(), report));
            }
            now += TURN;
        }
        return (now - start) / (double) SECOND;
    }

    @ParameterizedTest
    @CsvSource({"8, 0.1", "8, 1", "8, 5", "8, 15", "8, 60", "20, 1", "60, 1"})
    void isUsed(int windowSeconds, double answerSeconds) {
        windowNanos = windowSeconds * SECOND;

        double seconds = secondsOf(3 * LIMIT, (long) (answerSeconds * SECOND));
        assertThat(seconds).isLessThan(3 * windowSeconds + answerSeconds + 6);
    }
}
