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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A file that is run again after something has changed; the provider's ledger is asked. */
@Tag("long")
class SecondThoughtsIT {
    private static final String MISSING_PROVIDER =
            """
            providers:
              counted: { wire: openai, base_url: "http://127.0.0.1:1/v1" }
            models:
              qwen-turbo: { provider: counted }
            worker: { max_attempts: 1 }
            """;

    private static final String LOCKED_PROVIDER =
            """
            providers:
              counted: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: "${NO_SUCH_KEY_HERE}" }
            models:
              qwen-turbo: { provider: counted }
            """;

    @TempDir private Path folder;
    private final CountedProvider provider = CountedProvider.answeringAfter(Duration.ZERO);

    @BeforeEach
    void configure() {
        provider.configure(folder, 10);
    }

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void onlyChangedAndNewLinesArePaidFor() throws IOException {
        write("one", "two", "three");
        run().exitsWith(0);

        write("one", "TWO", "three", "four");
        JsonNode summary = run().exitsWith(0).summary();

        assertThat(summary.path("jobs").intValue()).isEqualTo(4);
        assertThat(summary.path("reused").intValue()).isEqualTo(2);
        assertThat(provider.calls().billed()).isEqualTo(3 + 2);
        assertThat(Batch.customIds(Batch.read(output()))).containsExactly("0", "1", "2", "3");
        assertThat(Files.readString(output())).contains("TWO").doesNotContain("two");
    }

    @Test
    void failedJobsAreSentAgainOnlyOnRequest() throws IOException {
        write("one", "two");
        Files.writeString(folder.resolve("millrace.yaml"), MISSING_PROVIDER);
        run().exitsWith(3);
        provider.configure(folder, 10);

        JsonNode again = run().exitsWith(3).summary();
        assertThat(again.path("reused").intValue()).isEqualTo(2);
        assertThat(provider.calls().calls()).isZero();

        JsonNode retried = run("--retry-failed").exitsWith(0).summary();
        assertThat(retried.path("succeeded").intValue()).isEqualTo(2);
        assertThat(provider.calls().billed()).isEqualTo(2);
    }

    @Test
    void aMovedFileIsNotPaidForAgain() throws IOException {
        write("one", "two");
        run().exitsWith(0);
        Path moved = Files.createDirectories(folder.resolve("moved")).resolve("batch.jsonl");
        Files.move(folder.resolve("batch.jsonl"), moved);

        JsonNode summary = new Launcher(folder).run("run", "--json", moved).exitsWith(0).summary();

        assertThat(summary.path("reused").intValue()).isEqualTo(2);
        assertThat(provider.calls().billed()).isEqualTo(2);
    }

    @Test
    void aFreshRunThatLacksAKeyForgetsNothing() throws IOException {
        write("one");
        run().exitsWith(0);
        Path config = folder.resolve("millrace.yaml");
        String ready = Files.readString(config);
        Files.writeString(config, LOCKED_PROVIDER);

        assertThat(run("--fresh").exitsWith(2).err()).contains("NO_SUCH_KEY_HERE");

        Files.writeString(config, ready);
        assertThat(run().exitsWith(0).summary().path("reused").intValue()).isOne();
        assertThat(run("--fresh").exitsWith(0).summary().path("reused").intValue()).isZero();
        assertThat(provider.calls().billed()).isEqualTo(2);
    }

    /** The database already has these jobs, with their earlier cost. */
    @Test
    void aFreshRunWithADatabaseElsewhereCountsItsOwnCostsAlone() throws IOException {
        write("one");
        Path config = folder.resolve("millrace.yaml");
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(
                config,
                Files.readString(config)
                        + "sink: { jdbc_url: \"jdbc:sqlite:%s/results.db\" }%n"
                                .formatted(elsewhere));
        JsonNode first = run().exitsWith(0).summary();

        JsonNode second = run("--fresh").exitsWith(0).summary();

        assertThat(provider.calls().billed()).isEqualTo(2);
        assertThat(second.path("cost_usd").decimalValue())
                .isPositive()
                .isEqualByComparingTo(first.path("cost_usd").decimalValue());
        assertThat(Files.readString(output())).contains("\"batch\":\"batch.jsonl~2\"");
    }

    /** The journal does not know jobs that "submit" has published to this data directory. */
    @Test
    void jobsThatTheJournalDoesNotKnowRunAgainInABatchOfTheirOwn() throws IOException {
        write("one");
        run().exitsWith(0);
        Files.delete(folder.resolve(".millrace").resolve("runs.db"));

        Finished second = run().exitsWith(0);

        assertThat(second.err())
                .contains("batch batch.jsonl exists and is not known to this command");
        assertThat(Files.readString(output())).contains("\"batch\":\"batch.jsonl~2\"");
    }

    /** A line that names its batch keeps it: the batch must not get another name. */
    @Test
    void linesThatNameABatchOfAnotherCommandAreDuplicatesOfItsJobs() throws IOException {
        Files.writeString(folder.resolve("batch.jsonl"), line(0, "one", "mine"));
        run().exitsWith(0);
        Files.delete(folder.resolve(".millrace").resolve("runs.db"));
        Files.writeString(
                folder.resolve("batch.jsonl"),
                line(5, "new", "mine") + line(0, "one", "mine") + line(6, "new", "other"));

        Finished second = run().exitsWith(3);
        Finished third = run().exitsWith(3);

        assertThat(second.err())
                .containsOnlyOnce("batch mine, which lines name, has jobs of the same custom_ids")
                .contains("millrace results mine");
        assertThat(second.summary().path("succeeded").intValue()).isEqualTo(2);
        assertThat(second.summary().path("dead_letters").intValue()).isOne();
        assertThat(third.summary().path("reused").intValue()).isEqualTo(3);
        assertThat(provider.calls().billed()).isEqualTo(3);
    }

    /** A job of "submit" waits for money, and its line has another number than that of the run. */
    @Test
    void lineOfAnUnfinishedJobOfAnotherCommandIsItsDuplicate() throws IOException {
        Files.writeString(folder.resolve("batch.jsonl"), line(0, "one", "mine"));
        run("--max-cost-usd", "0.000000001").exitsWith(4);
        Files.delete(folder.resolve(".millrace").resolve("runs.db"));
        Files.writeString(
                folder.resolve("batch.jsonl"), line(5, "new", "mine") + line(0, "one", "mine"));

        JsonNode second = run("--max-cost-usd", "5").exitsWith(3).summary();
        JsonNode third = run().exitsWith(3).summary();

        assertThat(second.path("succeeded").intValue()).isOne();
        assertThat(second.path("dead_letters").intValue()).isOne();
        assertThat(third.path("reused").intValue()).isEqualTo(2);
        assertThat(provider.calls().billed()).isEqualTo(2);
    }

    private void write(String... questions) throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < questions.length; i++) {
            text.append(line(i, questions[i]));
        }
        Files.writeString(folder.resolve("batch.jsonl"), text);
    }

    private static String line(int customId, String question) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions",\
        "body":{"model":"qwen-turbo","messages":[{"role":"user","content":"%s"}]}}
        """
                .formatted(customId, question);
    }

    private static String line(int customId, String question, String batch) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions",\
        "body":{"model":"qwen-turbo","messages":[{"role":"user","content":"%s"}]},\
        "millrace":{"batch":"%s"}}
        """
                .formatted(customId, question, batch);
    }

    private Finished run(Object... options) {
        return new Launcher(folder)
                .run(
                        Stream.concat(Stream.of("run", "--json", "batch.jsonl"), Stream.of(options))
                                .toArray());
    }

    private Path output() {
        return folder.resolve("batch.results.jsonl");
    }
}
