package dev.millrace.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.cache.CacheSimulation;
import dev.millrace.testwaits.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SemanticSimulationTest {
    @Seeds(100)
    void guaranteesHoldInEveryHistory(long seed) {
        new SemanticSimulation(seed).run();
    }

    /** Loses each kind of entries that a guarantee rests on. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(chars = {'F', 'W', 'D', 'P', 'U', 'I', 'T', 'C', 'E', 'L', 'Q', 'V'})
    void lossOfAnyEntriesIsFound(char kind) {
        assertThat(CacheSimulation.isFound(seed -> new SemanticSimulation(seed).losing(kind)))
                .isTrue();
    }

    /** The guard compares wordings, so that both have to fail. */
    @Tag("long")
    @Test
    void wrongMeaningIsFound() {
        assertThat(CacheSimulation.isFound(seed -> new SemanticSimulation(seed).confusing()))
                .isTrue();
    }

    @Tag("long")
    @Test
    void answerOfAnotherNamespaceIsFound() {
        assertThat(CacheSimulation.isFound(seed -> new SemanticSimulation(seed).withOneNamespace()))
                .isTrue();
    }
}
