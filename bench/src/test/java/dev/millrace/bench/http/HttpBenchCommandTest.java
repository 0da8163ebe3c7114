package dev.millrace.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HttpBenchCommandTest {
    private static final long MANY_FILES = 1_000_000;

    private static HttpBenchCommand command(String... arguments) {
        var command = new HttpBenchCommand();
        new CommandLine(command).parseArgs(arguments);
        return command;
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(command().inFlight(MANY_FILES)).containsExactly(64, 5_000, 10_000);
        assertThat(command().latency()).isEqualTo(Duration.ofSeconds(5));
        assertThat(command().time()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void optionsOverrideQuick() {
        assertThat(command("--quick").inFlight(MANY_FILES)).containsExactly(8);
        assertThat(command("--quick", "--in-flight", "7,9").inFlight(MANY_FILES))
                .containsExactly(7, 9);
        assertThat(command("--quick", "--seconds", "3").time()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void tooLowLimitOfOpenFilesIsNamedBeforeTheFirstMeasurement() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> command().inFlight(1_024))
                .withMessageContaining("10,000 calls in flight need 10,500 open files")
                .withMessageContaining("the limit is 1,024")
                .withMessageContaining("ulimit -n");
        assertThat(command("--in-flight", "500").inFlight(1_024)).containsExactly(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--in-flight=0", "--latency=-1", "--seconds=0"})
    void invalidValueIsRejected(String option) {
        var command = command(option);
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(
                        () -> {
                            command.inFlight(MANY_FILES);
                            command.latency();
                            command.time();
                        })
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
