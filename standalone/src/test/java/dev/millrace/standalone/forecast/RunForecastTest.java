package dev.millrace.standalone.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.standalone.run.estimate.RunEstimate;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunForecastTest {
    private static final OptionalLong NONE = OptionalLong.empty();

    @Test
    void nothingIsExpectedBeforeAJobIsPlanned() {
        assertThat(RunEstimate.NONE.restUsd(0)).isNull();
        assertThat(RunEstimate.NONE.leastSeconds()).isZero();
    }

    /** Of concurrent calls, the short ones end first. */
    @Test
    void shortAnswersThatEndFirstDoNotMislead() {
        double ratios = 0;
        for (int seed = 0; seed < 200; seed++) {
            var batch = new GeneratedBatch(new Random(seed));
            batch.add(2_000, 1, false, 0.7);
            batch.plan(GeneratedBatch.Order.RANDOM);
            batch.run(300, 60);
            ratios += batch.expectedUsd() / batch.totalUsd();
        }

        assertThat(ratios / 200).isBetween(0.95, 1.05);
    }

    @Test
    void slowestLimitDecidesAboutTheTime() {
        var limits =
                new Limits(
                        OptionalLong.of(10),
                        OptionalLong.of(120),
                        NONE,
                        NONE,
                        OptionalLong.of(6_000),
                        NONE,
                        NONE);

        assertThat(limits.leastSeconds(100, 0, 0)).isEqualTo(50);
        assertThat(limits.leastSeconds(100, 1e9, 10_000)).isEqualTo(100);
        assertThat(Limits.NONE.leastSeconds(100, 1e9, 1e9)).isZero();
    }
}
