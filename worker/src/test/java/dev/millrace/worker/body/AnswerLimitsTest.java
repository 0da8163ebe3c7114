package dev.millrace.worker.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.WorkerConfig;
import org.junit.jupiter.api.Test;

class AnswerLimitsTest {
    private static final int MIB = 1 << 20;

    @Test
    void limitsAreAQuarterOfTheHeldBytes() {
        var limits = AnswerLimits.of(WorkerConfig.DEFAULT, 2, MIB);

        assertThat(limits).isEqualTo(new AnswerLimits(MIB, 64 * MIB / 2_000, 32, 32 * MIB));
    }

    @Test
    void eachModelMayReadOneLongAnswer() {
        assertThat(AnswerLimits.of(WorkerConfig.DEFAULT, 50, 16 * MIB).largeAtOnce()).isEqualTo(1);
    }
}
