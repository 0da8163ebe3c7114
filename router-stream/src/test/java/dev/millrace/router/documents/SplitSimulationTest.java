package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testwaits.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SplitSimulationTest {
    private static final int STEPS = 200;
    private static final int HISTORIES_TO_FIND_A_FAULT = 30;

    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new SplitSimulation(seed).run(STEPS);
    }

    /** Loses each kind of entries that a guarantee rests on. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'s', 'p', 'e', 'w', 'd', 't'})
    void lossOfAnyEntriesIsFound(char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> fails(new SplitSimulation(seed).losing(kind)));

        assertThat(isFound).isTrue();
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
