package dev.millrace.contracts.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountTableTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("..", "..", "docs", "providers.md"));
    }

    @ParameterizedTest
    @EnumSource
    void meaningIsARowOfTheDocumentation(CountMeaning meaning) throws IOException {
        String firstName =
                CountTable.rows().stream()
                        .filter(it -> it.meaning() == meaning)
                        .map(CountName::path)
                        .findFirst()
                        .orElseThrow();

        assertThat(page()).contains("\n| %s | `%s` |\n".formatted(meaning.text(), firstName));
    }

    @ParameterizedTest
    @EnumSource
    void doubtIsARowOfTheDocumentation(UsageDoubt doubt) throws IOException {
        assertThat(page()).contains("\n| `%s` | %s |\n".formatted(doubt.word(), doubt.text()));
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
