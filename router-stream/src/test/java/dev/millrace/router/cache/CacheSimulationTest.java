package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CacheSimulationTest {
    private static final int STEPS = 150;
    private static final int HISTORIES_TO_FIND_A_FAULT = 50;

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new CacheSimulation(seed).run(STEPS);
    }

    /** Each kind of entries that a guarantee rests on. */
    @Provide
    Arbitrary<Character> kinds() {
        return Arbitraries.of('F', 'W', 'D', 'P', 'U', 'I', 'T');
    }

    @Property
    void lossOfAnyEntriesIsFound(@ForAll("kinds") char kind) {
        boolean isFound =
                LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                        .anyMatch(seed -> failsWithout(kind, seed));

        assertThat(isFound).isTrue();
    }

    private static boolean failsWithout(char kind, long seed) {
        try {
            new CacheSimulation(seed).losing(kind).run(STEPS);
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }
}
