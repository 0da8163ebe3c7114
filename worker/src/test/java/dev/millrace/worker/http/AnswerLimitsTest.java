package dev.millrace.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.capacity.SlotBounds;
import org.junit.jupiter.api.Test;

class AnswerLimitsTest {
    private static final int MIB = 1 << 20;

    @Test
    void limitsAreAQuarterOfTheHeldBytes() {
        var slots = SlotBounds.of(WorkerConfig.DEFAULT, 2);
        var limits = AnswerLimits.of(WorkerConfig.DEFAULT, slots, MIB);

        assertThat(limits)
                .isEqualTo(new AnswerLimits(MIB, 64 * MIB / slots.hardBound(), 32, 32 * MIB));
    }

    @Test
    void eachModelMayReadOneLongAnswer() {
        var slots = SlotBounds.of(WorkerConfig.DEFAULT, 50);

        assertThat(AnswerLimits.of(WorkerConfig.DEFAULT, slots, 16 * MIB).largeAtOnce())
                .isEqualTo(1);
    }
}
