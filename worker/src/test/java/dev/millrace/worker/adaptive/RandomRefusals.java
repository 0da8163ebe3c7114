package dev.millrace.worker.adaptive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Runs the adaptive limit at providers that refuse a share of all calls at random, with and without
 * a true limit. Reports the share of acceptable calls that are accepted.
 *
 * @param seed of all random events
 * @param limits creates the limit under test
 */
record RandomRefusals(long seed, Supplier<AdaptiveLimit> limits) {
    static final double[] SHARES = {0.01, 0.03, 0.05, 0.1, 0.2};
    static final List<Duration> WAITS = List.of(Duration.ZERO, Duration.ofSeconds(1));
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HALF = Duration.ofMillis(500);
    private static final Duration TWO = Duration.ofSeconds(2);
    private static final int MINUTES = 6;

    /**
     * A provider, and the rate at which it can accept calls.
     *
     * @param perSecond 0 for a provider without a limit
     * @param configured rate that a configured limit permits; 0 for none
     */
    record Case(
            String name,
            Supplier<SimulatedProvider> provider,
            Duration took,
            double perSecond,
            double configured) {
        /** Returns the calls per second that can be accepted if a share is refused at random. */
        double acceptable(double share) {
            double refusal = 0.03;
            double seconds = (1 - share) * took.toMillis() / 1e3 + share * refusal;
            double slots = AdaptiveSimulation.BOUND * (1 - share) / seconds;
            double provider = perSecond == 0 ? slots : perSecond;
            return configured == 0 ? provider : Math.min(provider, configured * (1 - share));
        }
    }

    /**
     * The result of a case.
     *
     * @param asked wait that random refusals ask for; zero for none
     * @param use accepted calls from the second to the sixth minute, as a share of the acceptable
     *     calls
     * @param firstMinute accepted calls of the first minute, as a share of the acceptable calls
     * @param avoidable share of refused calls that a lower rate would have avoided
     */
    record Outcome(
            String name,
            double share,
            Duration asked,
            double use,
            double firstMinute,
            double avoidable) {}

    static List<Case> withoutLimit() {
        return List.of(
                new Case("no limit", () -> SimulatedProvider.unlimited(HALF), HALF, 0, 0),
                new Case("no limit, slow", () -> SimulatedProvider.unlimited(TWO), TWO, 0, 0),
                new Case(
                        "no limit, configured 300/s",
                        () -> SimulatedProvider.unlimited(HALF),
                        HALF,
                        0,
                        300));
    }

    static List<Case> withLimit() {
        var cases = new ArrayList<Case>();
        for (Duration took : List.of(HALF, TWO)) {
            cases.add(ofRate("sliding minute, waits", took, 50, minute(took, true)));
            cases.add(ofRate("sliding minute", took, 50, minute(took, false)));
            cases.add(ofRate("sliding second, waits", took, 50, second(took, true)));
            cases.add(ofRate("sliding second", took, 50, second(took, false)));
            cases.add(ofRate("fixed minute, waits", took, 50, fixed(3_000, MINUTE, took, true)));
            cases.add(ofRate("fixed minute", took, 50, fixed(3_000, MINUTE, took, false)));
            cases.add(ofRate("fixed second, waits", took, 50, fixed(50, SECOND, took, true)));
            cases.add(ofRate("bucket of a minute", took, 50, bucket(50, 3_000, took)));
            cases.add(ofRate("small bucket", took, 50, bucket(50, 5, took)));
            cases.add(ofRate("bucket of 100/s", took, 100, bucket(100, 10, took)));
            cases.add(ofRate("bucket of 500/s", took, 500, bucket(500, 50, took)));
            cases.add(
                    new Case(
                            "bucket of 50/s, configured 300/s " + took,
                            bucket(50, 20, took),
                            took,
                            50,
                            300));
        }
        cases.add(ofRate("50 slots", HALF, 100, () -> SimulatedProvider.concurrency(50, HALF)));
        cases.add(ofRate("100 slots", TWO, 50, () -> SimulatedProvider.concurrency(100, TWO)));
        return cases;
    }

    /** Returns providers whose true limit is configured, as the documentation of limits advises. */
    static List<Case> withConfiguredLimit() {
        return withLimit().stream()
                .filter(it -> it.perSecond() > 0 && it.configured() == 0)
                .filter(it -> !it.name().contains("slots"))
                .map(
                        it ->
                                new Case(
                                        it.name() + ", configured",
                                        it.provider(),
                                        it.took(),
                                        it.perSecond(),
                                        it.perSecond()))
                .toList();
    }

    private static Case ofRate(
            String name, Duration took, double perSecond, Supplier<SimulatedProvider> provider) {
        return new Case(name + " " + took, provider, took, perSecond, 0);
    }

    private static Supplier<SimulatedProvider> minute(Duration took, boolean saysWait) {
        return () -> SimulatedProvider.strictWindow(3_000, MINUTE, took, saysWait);
    }

    private static Supplier<SimulatedProvider> second(Duration took, boolean saysWait) {
        return () -> SimulatedProvider.strictWindow(50, SECOND, took, saysWait);
    }

    private static Supplier<SimulatedProvider> fixed(
            int limit, Duration window, Duration took, boolean saysWait) {
        return () -> SimulatedProvider.fixedWindow(limit, window, took, saysWait);
    }

    private static Supplier<SimulatedProvider> bucket(
            double perSecond, double capacity, Duration took) {
        return () -> SimulatedProvider.bucket(perSecond, capacity, took);
    }

    /** Runs each case with each share, and with a wait or without one at random. */
    List<Outcome> run(List<Case> cases) {
        var random = new SplittableRandom(seed);
        var outcomes = new ArrayList<Outcome>();
        for (Case it : cases) {
            for (double share : SHARES) {
                outcomes.add(run(it, share, WAITS.get(random.nextInt(WAITS.size()))));
            }
        }
        return outcomes;
    }

    Outcome run(Case of, double share, Duration asked) {
        SimulatedProvider provider = of.provider().get();
        if (share > 0) {
            provider = provider.refusing(share, asked, seed);
        }
        var simulation =
                new AdaptiveSimulation(provider, of.configured(), seed, limits.get())
                        .run(MINUTE.multipliedBy(MINUTES));
        double can = of.acceptable(share);
        double accepted = simulation.acceptedPerSecond(60, 60 * MINUTES);
        double refused = simulation.refused(60, 60 * MINUTES) / (60.0 * (MINUTES - 1));
        return new Outcome(
                of.name(),
                share,
                asked,
                accepted / can,
                simulation.acceptedPerSecond(0, 60) / can,
                refused / (refused + accepted) - share);
    }
}
