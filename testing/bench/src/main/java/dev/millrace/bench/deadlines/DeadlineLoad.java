package dev.millrace.bench.deadlines;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The jobs of a day. They arrive evenly over a Monday; one half names a model with a flex tier, the
 * other half a model with cheaper hours. The time until the deadline is from 5 minutes to a day, on
 * a logarithmic scale.
 */
final class DeadlineLoad {
    /** A Monday on which every price has all its hours. */
    static final Instant BEGIN = Instant.parse("2026-11-30T00:00:00Z");

    private static final Model FLEX = model("gpt-6-luna");
    private static final Model HOURS = model("deepseek-flash");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SHORTEST = Duration.ofMinutes(5);

    /** The 0.99 quantile of the standard normal distribution. */
    private static final double Z99 = 2.3263478740408408;

    private DeadlineLoad() {}

    private static Model model(String name) {
        return Catalog.shipped().find(name).orElseThrow();
    }

    /** Returns the jobs in the order of their arrival. */
    static List<DeadlineJob> of(int jobs) {
        return IntStream.range(0, jobs).mapToObj(number -> job(number, jobs)).toList();
    }

    private static DeadlineJob job(int number, int jobs) {
        var random = new SplittableRandom(number);
        Instant arrives = BEGIN.plus(DAY.multipliedBy(number).dividedBy(jobs));
        double scale = (double) DAY.toMillis() / SHORTEST.toMillis();
        double millis = SHORTEST.toMillis() * Math.pow(scale, random.nextDouble());
        return new DeadlineJob(
                number,
                random.nextBoolean() ? FLEX : HOURS,
                arrives,
                arrives.plusMillis((long) millis),
                TokenUsage.of(random.nextInt(500, 5_000), random.nextInt(100, 1_000)),
                lognormal(random, Duration.ofSeconds(4), Duration.ofSeconds(20)),
                lognormal(random, Duration.ofSeconds(30), Duration.ofMinutes(5)));
    }

    private static Duration lognormal(RandomGenerator random, Duration p50, Duration p99) {
        double sigma = Math.log((double) p99.toMillis() / p50.toMillis()) / Z99;
        return Duration.ofMillis((long) (p50.toMillis() * Math.exp(sigma * random.nextGaussian())));
    }
}
