package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.NewLimitSimulation.Fault;
import dev.millrace.testwaits.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Tag("slow")
class NewLimitSimulationTest {
    private static final int STEPS = 500;
    private static final int HISTORIES_TO_FIND_A_FAULT = 100;

    @Seeds(100)
    void noMoreIsSpentThanTheAcknowledgedLimitAndTheCallsInFlight(long seed) {
        new NewLimitSimulation(seed, Fault.NONE).run(STEPS);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void deliberateFaultIsFound(Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT).anyMatch(seed -> fails(seed, fault));

        assertThat(isFound).isTrue();
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
