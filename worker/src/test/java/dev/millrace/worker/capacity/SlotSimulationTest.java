package dev.millrace.worker.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testwaits.Seeds;
import dev.millrace.worker.capacity.SlotSimulation.Invariant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Models hang, slow down and recover at random, and the invariants of their slots hold. */
@Tag("slow")
class SlotSimulationTest {
    private static final int HISTORIES_TO_FIND_A_FAULT = 300;

    record Fault(SlotRule rule, Invariant violated) {}

    static final List<Fault> FAULTS =
            List.of(
                    new Fault(SlotRule.NO_OVERDRAFT, Invariant.ISOLATION),
                    new Fault(SlotRule.OVERDRAFT_FOR_ALL, Invariant.LIMIT_OF_ONE_MODEL),
                    new Fault(SlotRule.UNLIMITED_CRITICAL, Invariant.HARD_BOUND),
                    new Fault(SlotRule.NO_RESERVE, Invariant.RESERVE),
                    new Fault(SlotRule.IDLE_GUARANTEES, Invariant.WORK_CONSERVING),
                    new Fault(SlotRule.LOST_RELEASE, Invariant.WORK_CONSERVING),
                    new Fault(SlotRule.DOUBLE_RELEASE, Invariant.HARD_BOUND));

    private static Optional<Invariant> run(long seed, SlotRule rule) {
        return new SlotSimulation(seed, rule).run();
    }

    @Seeds(300)
    void everyInvariantHolds(long seed) {
        assertThat(run(seed, SlotRule.CORRECT)).isEmpty();
    }

    @ParameterizedTest
    @Tag("long")
    @FieldSource("FAULTS")
    void deliberateFaultIsFound(Fault fault) {
        var violated =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .mapToObj(seed -> run(seed, fault.rule))
                        .flatMap(Optional::stream)
                        .filter(fault.violated::equals)
                        .findFirst();

        assertThat(violated).isPresent();
    }

    @Test
    void everyInvariantAndFaultIsCovered() {
        assertThat(FAULTS).extracting(Fault::violated).contains(Invariant.values());
        assertThat(FAULTS)
                .extracting(Fault::rule)
                .containsAll(EnumSet.complementOf(EnumSet.of(SlotRule.CORRECT)));
    }
}
