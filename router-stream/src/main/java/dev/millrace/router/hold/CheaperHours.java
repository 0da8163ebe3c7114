package dev.millrace.router.hold;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.waiting.LatestStart;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides which jobs wait for an hour in which calls of their model cost less. Thread-safe.
 *
 * @param models finds a model of the catalog
 * @param slowest returns the 99th percentile of a model's time in queue and call
 * @param partitions number of partitions that share the limits of a model
 */
public record CheaperHours(
        Function<String, Optional<Model>> models,
        Function<String, Duration> slowest,
        int partitions) {
    /** Jobs are held together if their deadlines are as close, so that their number is bounded. */
    private static final Duration DEADLINE_STEP = Duration.ofMinutes(5);

    private static final TokenEstimate USUAL = new TokenEstimate(1_000, 500);
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    /** Returns the hold of a job for which waiting is cheaper and safe; empty if it starts now. */
    Optional<Hold> hold(JobHeaders job, Instant now) {
        if (job.buy() != Buy.LOWEST || job.attempts() > 0) {
            return Optional.empty();
        }
        return models.apply(job.model())
                .filter(it -> it.price().hours().isPresent())
                .flatMap(it -> hold(it, tokens(job), deadline(job), now));
    }

    /**
     * Returns the hold of a job whose hour has begun: it ends at the pace of the model's limits. A
     * job that waits for no hour continues at once.
     */
    Hold ended(JobHeaders job, Instant now) {
        double seconds =
                models.apply(job.model())
                        .filter(_ -> job.buy() == Buy.LOWEST && job.attempts() == 0)
                        .map(it -> secondsPerJob(it, tokens(job)))
                        .orElse(0.0);
        return Hold.cheaperHour(job.model(), "", new Hold.Hour(now, deadline(job), seconds));
    }

    private static TokenEstimate tokens(JobHeaders job) {
        return job.tokens() == null ? USUAL : job.tokens();
    }

    private static Instant deadline(JobHeaders job) {
        return rounded(Buy.doneBy(job.deadline(), job.submittedAt()));
    }

    private static Instant rounded(Instant deadline) {
        long step = DEADLINE_STEP.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(deadline.getEpochSecond(), step) * step);
    }

    private Optional<Hold> hold(Model model, TokenEstimate tokens, Instant deadline, Instant now) {
        var usage = TokenUsage.of(tokens.input(), tokens.output());
        Price price = model.price();
        Instant start = price.cheapestStart(usage, now, latestStart(model.name(), deadline));
        return start.isAfter(now)
                ? Optional.of(
                        Hold.cheaperHour(
                                model.name(),
                                saving(price, usage, now, start),
                                new Hold.Hour(start, deadline, secondsPerJob(model, tokens))))
                : Optional.empty();
    }

    private double secondsPerJob(Model model, TokenEstimate tokens) {
        return partitions
                * model.limits().leastSeconds(1, (double) tokens.input(), (double) tokens.output());
    }

    private static String saving(Price price, TokenUsage usage, Instant now, Instant start) {
        BigDecimal later = price.at(start, start).costOf(usage);
        BigDecimal part =
                later.multiply(PERCENT)
                        .divide(price.at(now, now).costOf(usage), 0, RoundingMode.HALF_UP);
        return "calls cost " + PERCENT.subtract(part) + " % less then";
    }

    /** Returns the latest time at which a job that waits can be routed. */
    private Instant latestStart(String model, Instant deadline) {
        return LatestStart.of(deadline, slowest.apply(model));
    }

    /** Returns true if calls take longer than when the hour was chosen, so that it is too late. */
    boolean isTooLate(Hold hold, Hold.Hour hour) {
        return latestStart(hold.model(), hour.deadline()).isBefore(hour.begins());
    }

    /**
     * Returns how much work must be routed now, the jobs with the earliest deadlines first, so that
     * the last of them still starts in time when the model's limits pace them. Work is the time in
     * seconds that the limits need for jobs.
     *
     * @param work of the jobs with the deadline of a hold, or an earlier one
     */
    double due(Hold hold, Hold.Hour hour, double work, Instant now) {
        Duration left = Duration.between(now, latestStart(hold.model(), hour.deadline()));
        return left.isPositive() ? Math.max(0, work - left.toMillis() / MILLIS_PER_SECOND) : work;
    }
}
