package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of each measurement that only shows that it works; start needs the launcher. */
@Tag("long")
class BenchIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --jobs 300 --in-flight 100 --latency 5ms",
                "router --jobs 1000 --rounds 1 --seconds 1",
                "quota --only workers,batches --seconds 8 --batches 20 --per-minute 600",
                "gateway --concurrency 2 --seconds 1 --batch-jobs 100",
                "economy --questions 100",
                "economy --questions 100 --mix paraphrases",
                "economy --questions 100 --mix prefixes",
                "economy --questions 100 --mix deadlines"
            })
    void everyGuaranteeIsKept(String command) {
        assertThat(Main.execute(command.split(" "))).isZero();
    }
}
