package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.partition.NewLimitSimulation.Fault;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("slow")
class NewLimitSimulationTest {
    private static final int STEPS = 500;
    private static final int HISTORIES_TO_FIND_A_FAULT = 100;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void noMoreIsSpentThanTheAcknowledgedLimitAndTheCallsInFlight(@ForAll long seed) {
        new NewLimitSimulation(seed, Fault.NONE).run(STEPS);
    }

    @Property
    void deliberateFaultIsFound(@ForAll("faults") Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT).anyMatch(seed -> fails(seed, fault));

        assertThat(isFound).isTrue();
    }

    @Provide
    Arbitrary<Fault> faults() {
        return Arbitraries.of(Fault.class).filter(it -> it != Fault.NONE);
    }

    private static boolean fails(long seed, Fault fault) {
        try {
            new NewLimitSimulation(seed, fault).run(STEPS);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }
}
