package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.publish.SimulatedCluster.Fault;
import dev.millrace.testwaits.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Tag("slow")
class PublisherSimulationTest {
    private static final int STEPS = 400;
    private static final int HISTORIES_TO_FIND_A_FAULT = 1_000;

    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new PublisherSimulation(seed).run(STEPS);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void deliberateFaultIsFound(Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new PublisherSimulation(seed).with(fault)));

        assertThat(isFound).isTrue();
    }

    private static boolean fails(PublisherSimulation simulation) {
        try {
            simulation.run(STEPS);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }
}
