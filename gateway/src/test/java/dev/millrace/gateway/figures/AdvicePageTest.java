package dev.millrace.gateway.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares {@code docs/errors.md} with the advice that the dashboard shows. */
class AdvicePageTest {
    @ParameterizedTest
    @EnumSource
    void pageSaysWhatToDoAboutEachError(ErrorCode code) throws IOException {
        // Tests run in the directory of their module.
        assertThat(Files.readString(Path.of("..", "docs", "errors.md")))
                .contains("\n| `%s` | %s |\n".formatted(code.code(), Advice.of(code)));
    }
}
