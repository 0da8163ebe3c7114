package dev.millrace.standalone.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.forecast.GeneratedBatch.Order;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;

class RunForecastProperties {
    private static final int JOBS = 2_000;
    private static final Percentage TEN = Percentage.withPercentage(10);

    @Property(tries = 300)
    void hundredResultsInRandomOrderGiveTheCost(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int templates,
            @ForAll boolean isProportional,
            @ForAll @IntRange(min = 1, max = 40) int atOnce) {
        var batch = new GeneratedBatch(new Random(seed));
        batch.add(JOBS, templates, isProportional);
        batch.plan(Order.RANDOM);

        batch.run(100 + atOnce, atOnce);

        assertThat(batch.expectedUsd()).isCloseTo(batch.totalUsd(), TEN);
    }

    @Property(tries = 300)
    void hundredResultsOfAFileSortedByLengthGiveTheCost(
            @ForAll long seed,
            @ForAll boolean isProportional,
            @ForAll boolean isAscending,
            @ForAll @IntRange(min = 1, max = 40) int atOnce) {
        var batch = new GeneratedBatch(new Random(seed));
        batch.add(JOBS, 1, isProportional);
        batch.plan(isAscending ? Order.SHORTEST_FIRST : Order.LONGEST_FIRST);

        batch.run(100 + atOnce, atOnce);

        assertThat(batch.expectedUsd()).isCloseTo(batch.totalUsd(), TEN);
    }

    @Property(tries = 50)
    void allResultsGiveTheCostExactly(@ForAll long seed, @ForAll Order order) {
        var batch = new GeneratedBatch(new Random(seed));
        batch.add(500, 2, false);
        batch.plan(order);

        batch.run(500, 10);

        assertThat(batch.expectedUsd())
                .isCloseTo(batch.totalUsd(), Percentage.withPercentage(1e-6));
    }

    /** From 10,000 jobs on, only a sample is estimated. */
    @Property(tries = 5)
    void manyJobsAreEstimatedByASample(@ForAll long seed) {
        var batch = new GeneratedBatch(new Random(seed));
        batch.add(60_000, 2, true);
        batch.plan(Order.RANDOM);

        batch.run(1_000, 20);

        assertThat(batch.expectedUsd()).isCloseTo(batch.totalUsd(), TEN);
    }
}
