package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two simulated runs, then a real run of the first file, in one folder with default options. The
 * real run asks a provider that is another process's.
 */
class SimulatedAndRealIT {
    private static final String SIMULATED = ".millrace-simulated";
    private static final String HINT = "--data-dir " + SIMULATED;

    private static final CountedProvider PROVIDER = CountedProvider.answeringAfter(Duration.ZERO);

    @TempDir private static Path folder;

    private static Finished beforeTheRealRun;
    private static JsonNode realRun;

    @BeforeAll
    static void runSimulatedThenReal() throws IOException {
        write("both.jsonl", "one", "two");
        write("simulated.jsonl", "three");
        run("run", "--simulate", "both.jsonl").exitsWith(0);
        run("run", "--simulate", "simulated.jsonl").exitsWith(0);
        beforeTheRealRun = run("results", "both.jsonl");
        PROVIDER.configure(folder, 10);
        realRun = run("run", "--json", "both.jsonl").exitsWith(0).summary();
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static void write(String name, String... questions) throws IOException {
        var lines = new StringBuilder();
        for (String question : questions) {
            lines.append(
                    """
                    {"custom_id":"%1$s","method":"POST","url":"/v1/chat/completions",\
                    "body":{"model":"qwen-turbo","messages":[{"role":"user","content":"%1$s"}]}}
                    """
                            .formatted(question));
        }
        Files.writeString(folder.resolve(name), lines);
    }

    private static Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }

    private static List<String> providers(Finished results) {
        return results.exitsWith(0)
                .out()
                .lines()
                .map(Batch.JSON::readTree)
                .map(it -> it.at("/millrace/provider").asString())
                .toList();
    }

    @Test
    void realRunReusesNoSimulatedAnswer() {
        assertThat(realRun.path("succeeded").intValue()).isEqualTo(2);
        assertThat(realRun.path("reused").intValue()).isZero();
        assertThat(PROVIDER.calls().billed()).isEqualTo(2);
    }

    @Test
    void resultsOfBothKindsAreKeptApart() {
        assertThat(providers(run("results", "both.jsonl"))).containsOnly("counted").hasSize(2);
        assertThat(providers(run("results", "both.jsonl", "--data-dir", SIMULATED)))
                .doesNotContain("counted")
                .hasSize(2);
    }

    @Test
    void statusShowsTheRealBatchUnlessTheSimulatedOneIsNamed() {
        assertThat(succeeded("both.jsonl")).isEqualTo(2);
        assertThat(succeeded("simulated.jsonl", "--data-dir", SIMULATED)).isEqualTo(1);
        assertThat(run("status", "simulated.jsonl").exitsWith(2).err()).contains(HINT);
    }

    private static int succeeded(String batch, Object... options) {
        var arguments = new ArrayList<Object>(List.of("status", "--json", batch));
        arguments.addAll(List.of(options));
        String printed = run(arguments.toArray()).exitsWith(0).out();
        return Batch.JSON.readTree(printed).path("succeeded").intValue();
    }

    @Test
    void missingFolderOfRealAnswersNamesTheSimulatedOne() {
        assertThat(beforeTheRealRun.exitsWith(2).err())
                .contains("There are no results in .millrace.", HINT);
    }

    @Test
    void simulatedBatchIsFoundByTheMessagesOfOtherCommands() {
        assertThat(run("results", "simulated.jsonl").exitsWith(2).err()).contains(HINT);
        assertThat(run("costs", "--batch", "simulated.jsonl").exitsWith(0).err()).contains(HINT);
        assertThat(run("dead-letters", "list", "--batch", "simulated.jsonl").exitsWith(0).err())
                .contains(HINT);
    }

    @Test
    void batchThatNobodyKnowsGetsNoHint() {
        assertThat(run("status", "unknown.jsonl").exitsWith(2).err()).doesNotContain(SIMULATED);
    }

    @Test
    void simulatedRunInTheFolderOfRealAnswersIsRefused() {
        Finished refused = run("run", "--simulate", "--data-dir", ".millrace", "both.jsonl");

        assertThat(refused.exitsWith(1).err()).contains("holds answers of providers");
    }
}
