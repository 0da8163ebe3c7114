package dev.millrace.router.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@net.jqwik.api.Tag("slow")
class SplitSimulationTest {
    private static final int STEPS = 200;
    private static final int HISTORIES_TO_FIND_A_FAULT = 30;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new SplitSimulation(seed).run(STEPS);
    }

    /** Each kind of entries that a guarantee rests on. */
    @Provide
    Arbitrary<Character> kinds() {
        return Arbitraries.of('s', 'p', 'e', 'w', 'd', 't');
    }

    @net.jqwik.api.Tag("long")
    @Property
    void lossOfAnyEntriesIsFound(@ForAll("kinds") char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new SplitSimulation(seed).losing(kind)));

        assertThat(isFound).as("loss of " + kind).isTrue();
    }

    @Tag("long")
    @Test
    void unreadableJobWithoutADeadLetterIsFound() {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new SplitSimulation(seed).forgettingDeadLetters()));

        assertThat(isFound).isTrue();
    }

    @Tag("long")
    @Test
    void endThatCountsAlthoughItsTransactionWasAbortedIsFound() {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new SplitSimulation(seed).ignoringAborts()));

        assertThat(isFound).isTrue();
    }

    private static boolean fails(SplitSimulation simulation) {
        try {
            simulation.run(STEPS);
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }
}
