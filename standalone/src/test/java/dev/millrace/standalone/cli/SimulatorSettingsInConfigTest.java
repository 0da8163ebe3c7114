package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorSettingsInConfigTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"check", "check --simulate", "up", "run --dry-run lines.jsonl"})
    void wrongSettingsAreReportedWithAllOtherProblems(String command) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        """
                        providers:
                          sim:
                            wire: openai
                            simulator:
                              seed: x
                              models:
                                "*": { latency: soon }
                        worker: { max_in_flight: 0 }
                        """);
        var printed = new StringWriter();
        var errorHandler = new CommandErrorHandler();

        int code =
                Commands.line()
                        .setErr(new PrintWriter(printed, true))
                        .setExecutionExceptionHandler(errorHandler)
                        .setExitCodeExceptionMapper(errorHandler)
                        .execute((command + " --config " + file).split(" "));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(printed.toString())
                .startsWith("The configuration has 3 problems:")
                .contains(
                        "millrace.yaml:5: providers.sim.simulator.seed: must be a whole number",
                        "millrace.yaml:7: providers.sim.simulator.models.*.latency: must be a"
                                + " duration",
                        "millrace.yaml:8: worker.max_in_flight: must be");
    }
}
