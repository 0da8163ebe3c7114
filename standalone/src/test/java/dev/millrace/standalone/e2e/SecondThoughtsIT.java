package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A file that is run again after something has changed; the provider's ledger is asked. */
class SecondThoughtsIT {
    private static final String MISSING_PROVIDER =
            """
            providers:
              counted: { wire: openai, base_url: "http://127.0.0.1:1/v1" }
            models:
              qwen-turbo: { provider: counted }
            worker: { max_attempts: 1 }
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
