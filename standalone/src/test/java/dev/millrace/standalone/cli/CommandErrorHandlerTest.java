package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.file.UnusableFileException;
import dev.millrace.standalone.console.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class CommandErrorHandlerTest {
    private final StringWriter printed = new StringWriter();

    private int handle(Exception thrown) {
        var line = Commands.line().setErr(new PrintWriter(printed, true));
        return new CommandErrorHandler().handleExecutionException(thrown, line, line.parseArgs());
    }

    @Test
    void invalidKafkaSettingIsNamed() {
        var thrown =
                catchThrowableOfType(
                        KafkaException.class,
                        () -> Admin.create(Map.of("bootstrap.servers", "nonsense")).close());

        assertThat(handle(thrown)).isEqualTo(ExitCode.FAILURE);
        assertThat(printed.toString())
                .contains("Invalid url in bootstrap.servers: nonsense")
                .doesNotContain("Please report");
    }

    @Test
    void fileOfAnotherKindIsWrongUsage() {
        var zip = new ByteArrayInputStream(new byte[] {'P', 'K', 3, 4});
        var thrown =
                catchThrowableOfType(
                        UnusableFileException.class, () -> BatchFileReader.open("a.zip", zip, 10));

        assertThat(handle(thrown)).isEqualTo(ExitCode.USAGE);
        assertThat(printed.toString())
                .startsWith("a.zip is a ZIP archive")
                .doesNotContain("I/O error");
    }

    @Test
    void ioErrorIsNotReportedAsABug() {
        assertThat(handle(new IOException("Input/output error"))).isEqualTo(ExitCode.FAILURE);
        assertThat(printed.toString())
                .contains("Input/output error")
                .doesNotContain("Please report");
    }

    @Test
    void unexpectedErrorAsksForAReport() {
        assertThat(handle(new IllegalStateException("a bug"))).isEqualTo(ExitCode.FAILURE);
        assertThat(printed.toString()).contains("a bug", "Please report");
    }
}
