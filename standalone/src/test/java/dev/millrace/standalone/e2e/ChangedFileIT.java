package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A file that is edited between two runs. */
class ChangedFileIT {
    @TempDir private Path folder;

    private static String line(String customId, String model, String content) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
        "messages":[{"role":"user","content":"%s"}]}}"""
                .formatted(customId, model, content);
    }

    private JsonNode run(int exitCode, List<String> lines, Object... options) throws IOException {
        Files.write(folder.resolve("batch.jsonl"), lines);
        var arguments = new ArrayList<Object>(List.of("run", "--json", "batch.jsonl"));
        arguments.addAll(List.of(options));
        return new Launcher(folder).run(arguments.toArray()).exitsWith(exitCode).summary();
    }

    private List<String> customIds() {
        return Batch.customIds(Batch.read(folder.resolve("batch.results.jsonl")));
    }

    @Test
    void paysForItsChangedLinesOnlyAndForFailedOnesWhenAsked() throws IOException {
        try (var provider = CountedProvider.answeringAfter(Duration.ZERO)) {
            provider.configure(folder, 10);
            String kept = line("kept", "auto", "What is your address?");
            String failing = line("failing", "no-such-model", "Is anybody there?");
            run(3, List.of(kept, line("changed", "auto", "Where is it?"), failing));
            assertThat(provider.calls().billed()).isEqualTo(2);

            JsonNode edited =
                    run(
                            3,
                            List.of(
                                    line("new", "auto", "Hello?"),
                                    line("changed", "auto", "Where is it now?"),
                                    failing,
                                    kept));

            assertThat(edited.path("reused").intValue()).isEqualTo(2);
            assertThat(edited.path("succeeded").intValue()).isEqualTo(3);
            assertThat(provider.calls().billed()).isEqualTo(4);
            assertThat(customIds()).containsExactly("new", "changed", "failing", "kept");

            JsonNode retried = run(3, List.of(failing, kept), "--retry-failed");

            assertThat(retried.path("reused").intValue()).isEqualTo(1);
            assertThat(retried.path("by_error").path("unknown_model").intValue()).isEqualTo(1);
            assertThat(provider.calls().billed()).isEqualTo(4);
        }
    }
}
