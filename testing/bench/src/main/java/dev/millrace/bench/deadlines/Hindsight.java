package dev.millrace.bench.deadlines;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * The lowest cost at which a job could have ended on time, with no limits and no refusal at the
 * best moment: no buyer can pay less.
 */
final class Hindsight {
    /** Prices change at multiples of this time. */
    private static final Duration STEP = Duration.ofMinutes(30);

    private Hindsight() {}

    /**
     * Returns the lowest cost of a job in US dollars; that of a call at once if none is on time.
     */
    static BigDecimal cost(DeadlineJob job) {
        BigDecimal standard = lowest(job, false);
        return job.hasFlex() && !job.arrives().plus(job.flexTime()).isAfter(job.deadline())
                ? standard.min(lowest(job, true))
                : standard;
    }

    private static BigDecimal lowest(DeadlineJob job, boolean isFlex) {
        Duration time = job.time(isFlex);
        Instant last = job.deadline().minus(time);
        // A call is booked at its start or end: both meet a change of prices at a step.
        return Stream.concat(
                        Stream.of(job.arrives()),
                        Stream.iterate(
                                        firstStep(job.arrives()),
                                        it -> !it.isAfter(job.deadline()),
                                        it -> it.plus(STEP))
                                .flatMap(it -> Stream.of(it, it.minus(time))))
                .filter(it -> it.equals(job.arrives()) || isWithin(it, job.arrives(), last))
                .map(it -> job.cost(it, isFlex))
                .min(BigDecimal::compareTo)
                .orElseThrow();
    }

    private static boolean isWithin(Instant start, Instant first, Instant last) {
        return !start.isBefore(first) && !start.isAfter(last);
    }

    private static Instant firstStep(Instant time) {
        long seconds = STEP.toSeconds();
        return Instant.ofEpochSecond(Math.ceilDiv(time.getEpochSecond() + 1, seconds) * seconds);
    }
}
