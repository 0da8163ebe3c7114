package dev.millrace.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.BenchPipeline;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StoreTrialTest {
    private static final StoreTrial TRIAL =
            new StoreTrial(
                    StoreContender.UPSERT,
                    new BenchPipeline("127.0.0.1:9", "bench.", 4),
                    "jdbc:sqlite:a b.db",
                    7,
                    1_024,
                    100);

    @Test
    void trialAndFiguresSurviveTheCommandLine() {
        var row = new StoreRow(40_000.5, 20.25, 30, 200);

        assertThat(StoreTrial.parse(TRIAL.arguments())).isEqualTo(TRIAL);
        assertThat(StoreRow.parse(row.line() + "\n")).isEqualTo(row);
    }

    @Test
    void onlyLargeResultsAreUpsertedBothWays() {
        assertThat(Arrays.stream(StoreContender.values()).filter(it -> it.isFor(1_024)))
                .containsExactly(StoreContender.SINK, StoreContender.UPSERT);
        assertThat(Arrays.stream(StoreContender.values()).filter(it -> it.isFor(2_048)))
                .containsExactly(StoreContender.values());
    }
}
