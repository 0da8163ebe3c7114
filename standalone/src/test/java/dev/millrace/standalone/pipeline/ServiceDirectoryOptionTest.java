package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ServiceDirectoryOptionTest {
    @TempDir private Path folder;

    @Test
    void secondSinkLearnsThatSinksShareAPostgresqlDatabase() {
        var option = new ServiceDirectoryOption();
        new CommandLine(option).parseArgs("--data-dir", folder.resolve("sink").toString());

        try (var _ = option.open(PipelinePart.SINK)) {
            assertThatThrownBy(() -> option.open(PipelinePart.SINK))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("is in use")
                    .hasMessageEndingWith("set sink.jdbc_url");
        }
    }
}
