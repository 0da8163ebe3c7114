package dev.millrace.router.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTextTest {
    @Test
    void longMessageIsTruncated() {
        assertThat(MessageText.truncate("é".repeat(10_000))).hasSize(MessageText.MAX_CHARS + 1);
    }

    @Test
    void surrogatePairIsNotSplit() {
        assertThat(MessageText.truncate("x".repeat(MessageText.MAX_CHARS - 1) + "😀"))
                .isEqualTo("x".repeat(MessageText.MAX_CHARS - 1) + "…");
    }
}
