package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("slow")
class CacheSimulationTest {
    private static final int STEPS = 150;
    private static final int HISTORIES_TO_FIND_A_FAULT = 150;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new CacheSimulation(seed).run(STEPS);
    }

    /** Each kind of entries that a guarantee rests on. */
    @Provide
    Arbitrary<Character> kinds() {
        return Arbitraries.of('F', 'W', 'D', 'P', 'U', 'I', 'T', 'C', 'E', 'L', 'Q', 'V');
    }

    @Tag("long")
    @Property
    void lossOfAnyEntriesIsFound(@ForAll("kinds") char kind) {
        assertThat(isFound(seed -> new CacheSimulation(seed).losing(kind))).isTrue();
    }

    @Tag("long")
    @Property
    void wrongScopeIsFound(@ForAll boolean isShared) {
        assertThat(isFound(seed -> new CacheSimulation(seed).sharing(isShared))).isTrue();
    }

    /** The guard compares wordings, so that both have to fail. */
    @Tag("long")
    @Property(tries = 1)
    void wrongMeaningIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).confusing())).isTrue();
    }

    @Tag("long")
    @Property(tries = 1)
    void answerOfAnotherNamespaceIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).withOneNamespace())).isTrue();
    }

    @Tag("long")
    @Property(tries = 1)
    void purgedAnswerIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).purgingNothing())).isTrue();
    }

    @Tag("long")
    @Property(tries = 1)
    void partWithoutAReportIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).forgettingParts())).isTrue();
    }

    private static boolean isFound(LongFunction<CacheSimulation> faulty) {
        return LongStream.range(0, HISTORIES_TO_FIND_A_FAULT)
                .anyMatch(seed -> fails(faulty.apply(seed)));
    }

    private static boolean fails(CacheSimulation faulty) {
        try {
            faulty.run(STEPS);
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }
}
