package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testwaits.Seeds;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class CacheSimulationTest {
    private static final int STEPS = 150;
    private static final int HISTORIES_TO_FIND_A_FAULT = 150;

    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new CacheSimulation(seed).run(STEPS);
    }

    /** Loses each kind of entries that a guarantee rests on. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'F', 'W', 'D', 'P', 'U', 'I', 'T', 'C', 'E', 'L', 'Q', 'V'})
    void lossOfAnyEntriesIsFound(char kind) {
        assertThat(isFound(seed -> new CacheSimulation(seed).losing(kind))).isTrue();
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrongScopeIsFound(boolean isShared) {
        assertThat(isFound(seed -> new CacheSimulation(seed).sharing(isShared))).isTrue();
    }

    /** The guard compares wordings, so that both have to fail. */
    @Tag("long")
    @Test
    void wrongMeaningIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).confusing())).isTrue();
    }

    @Tag("long")
    @Test
    void answerOfAnotherNamespaceIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).withOneNamespace())).isTrue();
    }

    @Tag("long")
    @Test
    void purgedAnswerIsFound() {
        assertThat(isFound(seed -> new CacheSimulation(seed).purgingNothing())).isTrue();
    }

    @Tag("long")
    @Test
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
