package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testwaits.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class CacheSimulationTest {
    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new CacheSimulation(seed).run();
    }

    /** Loses each kind of entries that a guarantee rests on. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'F', 'W', 'D', 'P', 'U', 'I', 'T', 'C'})
    void lossOfAnyEntriesIsFound(char kind) {
        assertThat(CacheSimulation.isFound(seed -> new CacheSimulation(seed).losing(kind)))
                .isTrue();
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrongScopeIsFound(boolean isShared) {
        assertThat(CacheSimulation.isFound(seed -> new CacheSimulation(seed).sharing(isShared)))
                .isTrue();
    }

    @Tag("long")
    @Test
    void purgedAnswerIsFound() {
        assertThat(CacheSimulation.isFound(seed -> new CacheSimulation(seed).purgingNothing()))
                .isTrue();
    }

    @Tag("long")
    @Test
    void partWithoutAReportIsFound() {
        assertThat(CacheSimulation.isFound(seed -> new CacheSimulation(seed).forgettingParts()))
                .isTrue();
    }
}
