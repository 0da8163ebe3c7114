package dev.millrace.router.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void aMessageThatQuotesMegabytesIsCut() {
        assertThat(Text.clip("é".repeat(10_000))).hasSize(Text.MAX_CHARS + 1);
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(Text.clip("x".repeat(Text.MAX_CHARS - 1) + "😀"))
                .isEqualTo("x".repeat(Text.MAX_CHARS - 1) + "…");
    }
}
