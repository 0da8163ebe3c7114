package dev.millrace.worker.adaptive;

import dev.millrace.worker.quota.CallEnd;
import dev.millrace.worker.quota.CallEnd.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A model with endless work at a {@link SimulatedProvider}. As in the loop, calls start together
 * every ten milliseconds, and whenever the limit's wait is over.
 */
final class AdaptiveSimulation {
    static final int BOUND = 2_000;
    private static final long TURN_NANOS = 10_000_000;
    private static final int OUTPUT_TOKENS = 100;

    private final SimulatedProvider provider;
    private final AdaptiveLimit limit;
    private final PriorityQueue<Running> running =
            new PriorityQueue<>(Comparator.comparingLong(it -> it.endNanos));

    /** Accepted and refused calls by second. */
    final List<Second> seconds = new ArrayList<>();

    private final double configuredPerSecond;
    private final SplittableRandom random;
    private double started;
    private int inFlight;
    private int accepted;
    private long now;

    static final class Second {
        int accepted;
        int refused;
    }

    private record Running(long startedNanos, long endNanos, SimulatedProvider.Answer answer) {}

    /**
     * @param configuredPerSecond rate that a configured limit permits; 0 for none
     */
    AdaptiveSimulation(SimulatedProvider provider, double configuredPerSecond, long seed) {
        this(provider, configuredPerSecond, seed, new AdaptiveLimit(BOUND, 0));
    }

    /**
     * @param limit the limit that is tried
     */
    AdaptiveSimulation(
            SimulatedProvider provider,
            double configuredPerSecond,
            long seed,
            AdaptiveLimit limit) {
        this.provider = provider;
        this.configuredPerSecond = configuredPerSecond;
        this.limit = limit;
        random = new SplittableRandom(seed);
        if (configuredPerSecond > 0) {
            limit.onLimitsKnown();
        }
    }

    AdaptiveLimit limit() {
        return limit;
    }

    AdaptiveSimulation run(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            endCalls();
            startCalls();
            @Nullable Running next = running.peek();
            long turn = now + TURN_NANOS;
            now = next == null ? turn : Math.min(turn, Math.max(now + 1_000_000, next.endNanos));
        }
        return this;
    }

    private void startCalls() {
        while (inFlight < BOUND && isPermitted() && limit.waitNanos(now) == 0) {
            limit.onStarted(now);
            started++;
            inFlight++;
            var answer = provider.call(accepted, now);
            accepted += answer.isRefused() ? 0 : 1;
            // Between half and one and a half of the usual time.
            long took = (long) (answer.tookNanos() * (0.5 + random.nextDouble()));
            running.add(new Running(now, now + took, answer));
            Second second = second();
            second.accepted += answer.isRefused() ? 0 : 1;
            second.refused += answer.isRefused() ? 1 : 0;
        }
    }

    /** A configured limit gives out its permits evenly. */
    private boolean isPermitted() {
        if (configuredPerSecond == 0) {
            return true;
        }
        double permits = now / 1e9 * configuredPerSecond;
        started = Math.max(started, permits - configuredPerSecond / 20);
        return started < permits;
    }

    private void endCalls() {
        for (Running call = running.peek();
                call != null && call.endNanos <= now;
                call = running.peek()) {
            running.remove();
            inFlight--;
            accepted -= call.answer.isRefused() ? 0 : 1;
            limit.onEnded(
                    new CallEnd(
                            call.answer.isRefused() ? Kind.THROTTLED : Kind.ANSWERED,
                            call.startedNanos,
                            now,
                            call.answer.waitNanos(),
                            OUTPUT_TOKENS));
        }
    }

    private Second second() {
        int index = (int) (now / 1_000_000_000);
        while (seconds.size() <= index) {
            seconds.add(new Second());
        }
        return seconds.get(index);
    }

    /** Returns the accepted calls per second in a period. */
    double acceptedPerSecond(int from, int to) {
        return seconds
                        .subList(Math.min(from, seconds.size()), Math.min(to, seconds.size()))
                        .stream()
                        .mapToInt(it -> it.accepted)
                        .sum()
                / (double) (to - from);
    }

    int refused(int from, int to) {
        return seconds
                .subList(Math.min(from, seconds.size()), Math.min(to, seconds.size()))
                .stream()
                .mapToInt(it -> it.refused)
                .sum();
    }
}
