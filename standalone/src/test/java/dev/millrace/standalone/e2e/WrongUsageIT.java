package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong usage is reported before anything is started. */
class WrongUsageIT {
    @TempDir private Path folder;

    @BeforeEach
    void writeABatch() throws IOException {
        Files.copy(Launcher.example("support-tickets.jsonl"), folder.resolve("batch.jsonl"));
    }

    @Test
    void unknownOptionIsRejected() {
        Finished refused = run("run", "--simulat", "batch.jsonl");
        assertThat(refused.err()).contains("--simulat");
        assertNothingWasStarted(refused);
    }

    @Test
    void missingSubcommandListsTheSubcommands() {
        assertThat(CommandInProcess.run("policy").exitsWith(2).err())
                .contains("Missing command", "simulate", "rollback");
        assertThat(CommandInProcess.run("topics").exitsWith(2).err())
                .contains("Missing command", "apply");
    }

    @Test
    void missingInputFileIsNamed() {
        Finished refused = run("run", "--simulate", "no-such-file.jsonl");
        assertThat(refused.err()).contains("no-such-file.jsonl");
        assertNothingWasStarted(refused);
    }

    @Test
    void repeatedInputFileIsRejected() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), "{}\n");
        assertThat(run("run", "--simulate", "a.jsonl", "./a.jsonl").err()).contains("twice");
    }

    @Test
    void resultsNeverOverwriteTheInput() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
        assertThat(run("run", "--simulate", "--output", "a.jsonl", "a.jsonl").err())
                .contains("a.jsonl", "--output");
        assertThat(file).hasContent("{}");
    }

    @Test
    void missingConfigurationIsExplainedWithAdvice() {
        Finished refused = run("run", "batch.jsonl");
        assertThat(refused.err()).contains("millrace init", "--simulate");
        assertNothingWasStarted(refused);
    }

    @Test
    void everyMistakeOfAConfigurationIsReported() throws IOException {
        Files.writeString(
                folder.resolve("wrong.yaml"),
                """
                providers:
                  mine: { wire: openai, base_url: "https://example.org/v1", api_key: "${NO_SUCH_VARIABLE_HERE}" }
                models:
                  new-model: { provider: nobody }
                worker: { max_in_flihgt: 10 }
                """);
        Finished refused = run("run", "--config", "wrong.yaml", "batch.jsonl");
        assertThat(refused.err())
                .contains("wrong.yaml", "models.new-model.price", "nobody", "worker.max_in_flihgt");
        assertNothingWasStarted(refused);
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments).exitsWith(2);
    }

    private void assertNothingWasStarted(Finished refused) {
        assertThat(refused.out()).isEmpty();
        assertThat(folder).isDirectoryNotContaining("glob:**/.millrace*");
    }
}
