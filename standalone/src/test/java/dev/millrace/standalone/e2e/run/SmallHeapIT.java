package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with a small heap and without any memory settings. */
@Tag("long")
class SmallHeapIT {
    private static final List<Model> MODELS =
            Catalog.shipped().models().stream()
                    .filter(model -> !model.urls().contains(Endpoint.EMBEDDINGS))
                    .toList();
    private static final int JOBS = 1_500;
    private static final int PROMPT_CHARS = 64_000;

    @TempDir private Path folder;

    @Test
    void longRequestsToASlowProviderFitInto256MiB() throws IOException {
        writeConfiguration();
        Path input = writeJobs();

        Finished finished = new Launcher(folder).runInHeap("256m", "run", "--json", input);

        assertThat(finished.exitsWith(0).summary().path("succeeded").intValue()).isEqualTo(JOBS);
    }

    /** Configures a slow provider: worker and simulator hold each request until its answer. */
    private void writeConfiguration() throws IOException {
        var yaml =
                new StringBuilder(
                        """
                        providers:
                          slow: { wire: openai, simulator: { models: { "*": { latency: 10s } } } }
                        models:
                        """);
        for (Model model : MODELS) {
            yaml.append("  ").append(model.name()).append(": { provider: slow }\n");
        }
        Files.writeString(folder.resolve("millrace.yaml"), yaml);
    }

    private Path writeJobs() throws IOException {
        Path input = folder.resolve("long.jsonl");
        try (var out = Files.newBufferedWriter(input)) {
            for (int job = 0; job < JOBS; job++) {
                String prompt =
                        ("job " + job + " ")
                                .repeat(1 + PROMPT_CHARS / 6)
                                .substring(0, PROMPT_CHARS);
                out.write(
                        """
                        {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions",\
                        "body":{"model":"%s","messages":[{"role":"user","content":"%s"}]}}
                        """
                                .formatted(job, MODELS.get(job % MODELS.size()).name(), prompt));
            }
        }
        return input;
    }
}
