package dev.millrace.contracts.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountTableTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "providers.md"));
    }

    @ParameterizedTest
    @EnumSource
    void meaningIsARowOfTheDocumentation(CountMeaning meaning) throws IOException {
        String names =
                CountTable.rows().stream()
                        .filter(it -> it.meaning() == meaning)
                        .map(it -> "`%s` (%s)".formatted(it.path(), it.users()))
                        .collect(Collectors.joining("; "));

        assertThat(page()).contains("\n| %s | %s |\n".formatted(meaning.text(), names));
    }

    @ParameterizedTest
    @EnumSource
    void doubtIsARowOfTheDocumentation(UsageDoubt doubt) throws IOException {
        assertThat(page()).contains("\n| `%s` | %s |\n".formatted(doubt.word(), doubt.text()));
    }

    @Test
    void placesAreInTheDocumentation() throws IOException {
        String places =
                CountTable.PLACES.stream()
                        .map(it -> "`" + it + "`")
                        .collect(Collectors.joining(", "));

        assertThat(page()).contains("**Places**, the most reliable first: " + places + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tokens", "promptTokens", "Prompt Tokens", "PROMPT_TOKENS"})
    void spellingOfANameDoesNotMatter(String name) {
        assertThat(CountTable.find(name).map(CountName::path)).contains("prompt_tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokens", "max_tokens", "audio_tokens", "prompt_tokens_details"})
    void otherNamesAreNoCounts(String name) {
        assertThat(CountTable.find(name)).isEmpty();
    }
}
