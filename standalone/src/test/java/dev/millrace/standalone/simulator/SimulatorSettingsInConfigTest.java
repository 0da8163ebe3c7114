package dev.millrace.standalone.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.cli.CommandErrorHandler;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorSettingsInConfigTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"check", "check --simulate", "up", "run --dry-run lines.jsonl"})
    void wrongSettingsAreReportedWithAllOtherProblems(String command) throws IOException {
        String problems =
                problems(
                        command,
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

        assertThat(problems)
                .startsWith("The configuration has 3 problems:")
                .contains(
                        "millrace.yaml:5: providers.sim.simulator.seed: must be a whole number",
                        "millrace.yaml:7: providers.sim.simulator.models.*.latency: must be a"
                                + " duration",
                        "millrace.yaml:8: worker.max_in_flight: must be");
    }

    @Test
    void settingsOfSeveralProvidersMustBeTheSame() throws IOException {
        String problems =
                problems(
                        "check",
                        """
                        providers:
                          a: { wire: openai, simulator: { models: { m: { latency: 1s } } } }
                          b: { wire: anthropic, simulator: { models: { m: { latency: 1000ms } } } }
                          c: { wire: openai, simulator: {} }
                        """);

        assertThat(problems)
                .contains(
                        "millrace.yaml:4: providers.c.simulator: must be the same as"
                                + " providers.a.simulator, since one simulator answers for all"
                                + " providers")
                .doesNotContain("providers.b.simulator: ");
    }

    /** Runs a command that must refuse the configuration, and returns its output. */
    private String problems(String command, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("millrace.yaml"), yaml);
        var printed = new StringWriter();
        var errorHandler = new CommandErrorHandler();

        int code =
                Commands.line()
                        .setErr(new PrintWriter(printed, true))
                        .setExecutionExceptionHandler(errorHandler)
                        .setExitCodeExceptionMapper(errorHandler)
                        .execute((command + " --config " + file).split(" "));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        return printed.toString();
    }
}
