package dev.millrace.contracts.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.documentation.Table;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/retrieval.md} with the options. */
class RetrievalPageTest {
    @Test
    void pageListsEveryKey() {
        assertThat(Table.of("retrieval.md", "key of `retrieval`").names())
                .containsExactlyInAnyOrderElementsOf(RetrievalOptionsReader.KEYS.keys());
    }

    @Test
    void pageListsWhatHappensWithoutPassages() {
        assertThat(Table.of("retrieval.md", "value of `on_empty`").names())
                .containsExactly("answer", "call", "fail")
                .allMatch(it -> OnEmpty.of(it).orElseThrow().word().equals(it));
    }
}
