package dev.millrace.standalone.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Names;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNamesTest {
    private static final String LONG = "x".repeat(255);

    @ParameterizedTest
    @ValueSource(strings = {"a\nb.jsonl", "\u0007", " ", "\uD800.jsonl", "a.jsonl"})
    void routerAcceptsTheNameOfEveryFile(String fileName) {
        String name = BatchNames.ofFile(fileName);

        assertThat(Names.isBatch(name)).isTrue();
        assertThat(Names.isBatch(BatchNames.ofGeneration(name, 1_000_000))).isTrue();
    }

    @Test
    void routerAcceptsLongNamesInEveryGeneration() {
        String ofFile = BatchNames.ofFile(LONG);

        assertThat(Names.isBatch(BatchNames.ofGeneration(ofFile, Integer.MAX_VALUE))).isTrue();
        assertThat(Names.isBatch(BatchNames.ofGeneration(LONG, Integer.MAX_VALUE))).isTrue();
        assertThat(BatchNames.ofFile(LONG)).isNotEqualTo(BatchNames.ofFile(LONG + "y"));
    }

    @Test
    void ordinaryNameIsUnchanged() {
        assertThat(BatchNames.ofFile("größe 漢字 \uD83D\uDE00.jsonl"))
                .isEqualTo("größe 漢字 \uD83D\uDE00.jsonl");
        assertThat(BatchNames.ofGeneration("a.jsonl", 1)).isEqualTo("a.jsonl");
        assertThat(BatchNames.ofGeneration("a.jsonl", 2)).isEqualTo("a.jsonl#2");
    }

    @Test
    void nameOfAFileDiffersFromEveryGenerationOfAnother() {
        assertThat(BatchNames.ofFile("a.jsonl#2"))
                .isNotEqualTo(BatchNames.ofGeneration(BatchNames.ofFile("a.jsonl"), 2));
    }
}
