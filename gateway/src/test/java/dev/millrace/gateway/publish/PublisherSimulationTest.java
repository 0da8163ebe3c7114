package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.publish.SimulatedCluster.Fault;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("slow")
class PublisherSimulationTest {
    private static final int STEPS = 400;
    private static final int HISTORIES_TO_FIND_A_FAULT = 1_000;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new PublisherSimulation(seed).run(STEPS);
    }

    @Provide
    Arbitrary<Fault> faults() {
        return Arbitraries.of(Fault.class).filter(it -> it != Fault.NONE);
    }

    @Tag("long")
    @Property
    void deliberateFaultIsFound(@ForAll("faults") Fault fault) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new PublisherSimulation(seed).with(fault)));

        assertThat(isFound).as(fault.name()).isTrue();
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
