package dev.millrace.worker.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.adaptive.RandomRefusals.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tries the adaptive limit at {@link RandomRefusals}, from fixed seeds: no bound of a share of used
 * calls holds for every seed.
 */
@Tag("slow")
class RandomRefusalsTest {
    static final List<Long> SEEDS = List.of(1L, 2L);
    private static final double WELL_USED = 0.9;

    private static RandomRefusals refusals(long seed) {
        return new RandomRefusals(seed, RandomRefusalsTest::limit);
    }

    private static AdaptiveLimit limit() {
        return new AdaptiveLimit(AdaptiveSimulation.BOUND, 0);
    }

    private static AdaptiveLimit limit(UnavoidableShare share) {
        return new AdaptiveLimit(
                AdaptiveSimulation.BOUND, AdaptiveLimit.IDLE, new CallHistory(0), share, 0);
    }

    private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
        return outcomes.stream().mapToDouble(figure).average().orElseThrow();
    }

    private static double use(List<Outcome> outcomes) {
        return mean(outcomes, it -> Math.min(1, it.use()));
    }

    private static void print(String providers, List<Outcome> outcomes) {
        double least = outcomes.stream().mapToDouble(Outcome::use).min().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%s: mean use %.1f %%, least %.1f %%, avoidable refusals %.1f %%%n",
                providers,
                100 * use(outcomes),
                100 * least,
                100 * mean(outcomes, Outcome::avoidable));
    }

    private static String describe(List<Outcome> outcomes) {
        return outcomes.stream()
                .map(
                        it ->
                                "%-40s %2.0f %%, wait %s: use %.2f, first minute %.2f, avoidable %.3f"
                                        .formatted(
                                                it.name(),
                                                100 * it.share(),
                                                it.asked(),
                                                it.use(),
                                                it.firstMinute(),
                                                it.avoidable()))
                .collect(Collectors.joining("\n"));
    }

    private static List<Outcome> ofTrueLimits(RandomRefusals refusals) {
        return RandomRefusals.withLimit().stream()
                .map(it -> refusals.run(it, 0, Duration.ZERO))
                .toList();
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void randomRefusalsAloneSlowNothingDown(long seed) {
        List<Outcome> outcomes = refusals(seed).run(RandomRefusals.withoutLimit());
        print("random refusals alone", outcomes);

        assertThat(outcomes)
                .as(() -> describe(outcomes))
                .allSatisfy(it -> assertThat(it.use()).isGreaterThan(0.8));
        assertThat(use(outcomes)).as(() -> describe(outcomes)).isGreaterThan(0.95);
    }

    /** Seeds whose refusals clustered so that chance alone looked like a limit. */
    @ParameterizedTest
    @ValueSource(longs = {25, 67, 85, 60_604})
    void clustersOfRandomRefusalsAreNoLimit(long seed) {
        List<Outcome> outcomes =
                RandomRefusals.withoutLimit().stream()
                        .map(it -> refusals(seed).run(it, 0.2, Duration.ofSeconds(1)))
                        .toList();

        assertThat(outcomes).allSatisfy(it -> assertThat(it.use()).isGreaterThan(WELL_USED));
    }

    /** A seed that refuses four of the first ten calls. */
    @Test
    void refusalsOfTheFirstCallsAreNoLimitBelowAConfiguredOne() {
        List<Outcome> outcomes =
                RandomRefusals.withConfiguredLimit().stream()
                        .map(it -> refusals(1_049).run(it, 0.1, Duration.ZERO))
                        .toList();

        assertThat(outcomes).allSatisfy(it -> assertThat(it.use()).isGreaterThan(WELL_USED));
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void trueLimitsAreUsedInSpiteOfRandomRefusals(long seed) {
        List<Outcome> outcomes = refusals(seed).run(RandomRefusals.withLimit());
        print("true limits and random refusals", outcomes);

        long wellUsed = outcomes.stream().filter(it -> it.use() >= WELL_USED).count();
        assertThat(use(outcomes)).as(() -> describe(outcomes)).isGreaterThan(0.93);
        assertThat((double) wellUsed / outcomes.size())
                .as(() -> describe(outcomes))
                .isGreaterThan(0.8);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void trueLimitsThatAreConfiguredAreUsedInSpiteOfRandomRefusals(long seed) {
        List<Outcome> outcomes = refusals(seed).run(RandomRefusals.withConfiguredLimit());

        assertThat(outcomes)
                .as(() -> describe(outcomes))
                .allSatisfy(it -> assertThat(it.use()).isGreaterThan(0.8));
        assertThat(use(outcomes)).as(() -> describe(outcomes)).isGreaterThan(0.95);
    }

    @ParameterizedTest
    @FieldSource("SEEDS")
    void trueLimitsAloneAreUsedWithFewRefusals(long seed) {
        List<Outcome> outcomes = ofTrueLimits(refusals(seed));
        print("true limits", outcomes);

        assertThat(use(outcomes)).as(() -> describe(outcomes)).isGreaterThan(0.96);
        assertThat(mean(outcomes, Outcome::firstMinute)).isGreaterThan(0.9);
        assertThat(mean(outcomes, Outcome::avoidable))
                .as(() -> describe(outcomes))
                .isLessThan(0.025);
    }

    @Nested
    class WithADeliberateFault {
        @Test
        void everyRefusalCountsAsALimit() {
            var refusals = new RandomRefusals(1, () -> limit(new NothingIsUnavoidable()));

            List<Outcome> outcomes = refusals.run(RandomRefusals.withoutLimit());

            assertThat(use(outcomes)).as(() -> describe(outcomes)).isLessThan(0.85);
        }

        @Test
        void everyRefusalCountsAsRandom() {
            List<Outcome> outcomes =
                    ofTrueLimits(new RandomRefusals(1, () -> limit(new EverythingIsUnavoidable())));

            assertThat(mean(outcomes, Outcome::avoidable))
                    .as(() -> describe(outcomes))
                    .isGreaterThan(0.05);
        }
    }

    private static final class NothingIsUnavoidable extends UnavoidableShare {
        @Override
        void guess(CallSample sample) {}

        @Override
        void measure(CallSample lowered) {}
    }

    private static final class EverythingIsUnavoidable extends UnavoidableShare {
        @Override
        double share() {
            return 0.5;
        }

        @Override
        boolean isKnown() {
            return true;
        }
    }
}
