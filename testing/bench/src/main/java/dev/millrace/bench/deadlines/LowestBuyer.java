package dev.millrace.bench.deadlines;

import dev.millrace.contracts.waiting.RecentTimes;
import dev.millrace.worker.tier.LatestStart;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Buys as Millrace does for {@code buy: lowest}: its decisions are those of the router ({@link
 * dev.millrace.contracts.money.Price#cheapestStart}, {@link
 * dev.millrace.contracts.waiting.LatestStart}) and of the worker ({@link LatestStart}), fed with
 * what was measured so far.
 */
final class LowestBuyer implements Buyer {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 5;

    private final Map<String, RecentTimes> standard = new HashMap<>();
    private final Map<String, RecentTimes> flex = new HashMap<>();

    @Override
    public Step next(DeadlineJob job, Instant now, int refusals) {
        Instant latest =
                dev.millrace.contracts.waiting.LatestStart.of(
                        job.deadline(), times(standard, job).p99());
        Instant start = job.model().price().cheapestStart(job.usage(), now, latest);
        if (start.isAfter(now)) {
            return new Step.Wait(start);
        }
        var needs =
                new LatestStart.Needs(
                        times(standard, job).p99(), times(flex, job).p99(), Duration.ZERO);
        return new Step.Call(
                job.hasFlex() && LatestStart.of(job.deadline(), needs).allowsCheaper(now));
    }

    @Override
    public Duration pause(int refusals) {
        Duration pause =
                FIRST_PAUSE.multipliedBy(1L << Math.min(refusals - 1, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    @Override
    public void onEnd(DeadlineJob job, boolean isFlex, Duration time) {
        times(isFlex ? flex : standard, job).add(time);
    }

    private static RecentTimes times(Map<String, RecentTimes> all, DeadlineJob job) {
        return all.computeIfAbsent(job.model().name(), _ -> new RecentTimes());
    }
}
