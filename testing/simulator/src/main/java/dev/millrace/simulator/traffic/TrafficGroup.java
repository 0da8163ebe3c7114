package dev.millrace.simulator.traffic;

import dev.millrace.simulator.limit.SlidingSum;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts one group of calls. Thread-safe. */
final class TrafficGroup {
    private final SlidingSum minute = new SlidingSum(Duration.ofMinutes(1));
    private final SlidingSum second = new SlidingSum(Duration.ofSeconds(1));
    private final Map<String, Long> outcomes = new HashMap<>();
    private long calls;
    private long concurrency;
    private long requestsPerMinute;
    private long requestsPerSecond;
    private long tokensPerMinute;
    private long tokensPerSecond;
    private long highestConcurrency;

    synchronized void arrive(int tokens, long nowNanos) {
        calls++;
        minute.add(tokens, nowNanos);
        second.add(tokens, nowNanos);
        requestsPerMinute = Math.max(requestsPerMinute, minute.count(nowNanos));
        requestsPerSecond = Math.max(requestsPerSecond, second.count(nowNanos));
        tokensPerMinute = Math.max(tokensPerMinute, minute.sum(nowNanos));
        tokensPerSecond = Math.max(tokensPerSecond, second.sum(nowNanos));
    }

    synchronized void start() {
        concurrency++;
        highestConcurrency = Math.max(highestConcurrency, concurrency);
    }

    synchronized void end() {
        concurrency--;
    }

    synchronized void addOutcome(String outcome, long amount) {
        outcomes.merge(outcome, amount, TrafficGroup::plusOrRemove);
    }

    private static @Nullable Long plusOrRemove(Long before, Long amount) {
        long sum = before + amount;
        return sum == 0 ? null : sum;
    }

    synchronized TrafficCounts counts() {
        return new TrafficCounts(
                calls,
                outcomes,
                new TrafficCounts.Highest(
                        requestsPerMinute,
                        requestsPerSecond,
                        tokensPerMinute,
                        tokensPerSecond,
                        highestConcurrency));
    }
}
