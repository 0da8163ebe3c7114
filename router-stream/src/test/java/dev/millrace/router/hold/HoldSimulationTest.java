package dev.millrace.router.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.hold.HoldSimulation.Fault;
import dev.millrace.testwaits.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Tag("slow")
class HoldSimulationTest {
    private static final int STEPS = 150;
    private static final int HISTORIES_TO_FIND_A_FAULT = 30;

    @Seeds(30)
    void guaranteesHoldInEveryHistory(long seed) {
        new HoldSimulation(seed, Fault.NONE).run(STEPS);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void plantedFaultIsFound(Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT).anyMatch(it -> fails(it, fault));

        assertThat(isFound).isTrue();
    }

    /** Calls take longer than when the hour of a job was chosen. */
    @Test
    void jobWhoseHourBecomesTooLateIsReleasedWithoutARestart() {
        new HoldSimulation(7611813094912808778L, Fault.NONE).run(STEPS);
    }

    private static boolean fails(long seed, Fault fault) {
        try {
            new HoldSimulation(seed, fault).run(STEPS);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }
}
