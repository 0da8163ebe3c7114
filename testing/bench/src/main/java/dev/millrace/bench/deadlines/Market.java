package dev.millrace.bench.deadlines;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulated providers that answer the jobs of a {@link Buyer}. The flex tier refuses calls by the
 * hour; a call that is refused costs nothing. Each model starts a limited number of calls a minute,
 * in the order of the decisions.
 */
final class Market {
    /** Share of flex calls that is refused, by hour (UTC). */
    static final List<Double> REFUSED =
            List.of(
                    0.0, 0.0, 0.0, 0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.6, 0.6, 0.6,
                    0.55, 0.5, 0.45, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0);

    /** Shortest time between two calls of a model: 120 calls a minute. */
    private static final Duration PACE = Duration.ofMillis(500);

    private final Buyer buyer;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparing(Event::at).thenComparingLong(Event::sequence));
    private final Map<String, Instant> freeAt = new HashMap<>();
    private long sequence;
    private long onTime;
    private long refused;
    private BigDecimal cost = BigDecimal.ZERO;

    /** Something that happens at a time; of equal times, the first added. */
    private record Event(Instant at, long sequence, Runnable action) {}

    /**
     * A day.
     *
     * @param onTime jobs with an answer by their deadline
     * @param refused calls that the flex tier refused
     * @param cost of all calls in US dollars
     */
    record Day(long onTime, long refused, BigDecimal cost) {}

    private Market(Buyer buyer) {
        this.buyer = buyer;
    }

    /** Answers all jobs. */
    static Day run(List<DeadlineJob> jobs, Buyer buyer) {
        var market = new Market(buyer);
        jobs.forEach(job -> market.at(job.arrives(), () -> market.decide(job, job.arrives(), 0)));
        for (var next = market.events.poll(); next != null; next = market.events.poll()) {
            next.action.run();
        }
        return new Day(market.onTime, market.refused, market.cost);
    }

    private void at(Instant time, Runnable action) {
        events.add(new Event(time, sequence++, action));
    }

    private void decide(DeadlineJob job, Instant now, int refusals) {
        switch (buyer.next(job, now, refusals)) {
            case Buyer.Step.Call(boolean isFlex) -> {
                Instant start = start(job, now);
                at(start, () -> call(job, now, start, isFlex, refusals));
            }
            case Buyer.Step.Wait(Instant until) when until.isAfter(now) ->
                    at(until, () -> decide(job, until, refusals));
            case Buyer.Step.Wait(Instant until) ->
                    throw new IllegalStateException("waits at " + now + " until " + until);
            case Buyer.Step.GiveUp _ -> {}
        }
    }

    private Instant start(DeadlineJob job, Instant now) {
        Instant free = freeAt.getOrDefault(job.model().name(), now);
        Instant start = free.isAfter(now) ? free : now;
        freeAt.put(job.model().name(), start.plus(PACE));
        return start;
    }

    private void call(
            DeadlineJob job, Instant decided, Instant start, boolean isFlex, int refusals) {
        if (isFlex && isRefused(job, start, refusals)) {
            refused++;
            Instant next = start.plus(buyer.pause(refusals + 1));
            at(next, () -> decide(job, next, refusals + 1));
            return;
        }
        cost = cost.add(job.cost(start, isFlex));
        Instant end = start.plus(job.time(isFlex));
        onTime += end.isAfter(job.deadline()) ? 0 : 1;
        at(end, () -> buyer.onEnd(job, isFlex, Duration.between(decided, end)));
    }

    /** Depends on job, number of refusals and hour only, so that all buyers meet equal chances. */
    private static boolean isRefused(DeadlineJob job, Instant at, int refusals) {
        double share = REFUSED.get(at.atOffset(ZoneOffset.UTC).getHour());
        return new SplittableRandom(1_000_003L * job.number() + refusals).nextDouble() < share;
    }
}
