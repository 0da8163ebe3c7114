package dev.millrace.standalone.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.e2e.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests a run under a budget at a provider that loses the first two answers to each job. */
class LostAnswersIT {
    private static final int JOBS = 5;

    @TempDir private Path folder;

    private static String line(int number) {
        return """
        {"custom_id":"job-%1$d","url":"/v1/chat/completions","millrace":{"fallback":[]},\
        "body":{"model":"m","messages":[{"role":"user","content":"Where is parcel %1$d?"}]}}
        """
                .formatted(number);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void jobsAreAnsweredWhileThereIsMoney() throws IOException {
        Path config =
                file(
                        "millrace.yaml",
                        """
                        providers:
                          simulator: { wire: openai, simulator: { models: { m: { latency: 1ms, fail_first: { calls: 2, status: 504 } } } } }
                        models:
                          m: { provider: simulator, default_max_tokens: 100, price: { input: 1, output: 2 } }
                        worker: { retry_budget: { ratio: 100 }, breaker: { failure_rate: 100 } }
                        """);
        Path input =
                file(
                        "batch.jsonl",
                        IntStream.range(0, JOBS)
                                .mapToObj(LostAnswersIT::line)
                                .collect(Collectors.joining()));
        Path output = folder.resolve("out.jsonl");

        int code =
                Commands.execute(
                        "run",
                        "--config",
                        config.toString(),
                        "--data-dir",
                        folder.resolve("data").toString(),
                        "--output",
                        output.toString(),
                        "--max-cost-usd",
                        "1",
                        input.toString());

        assertThat(code).isEqualTo(ExitCode.OK);
        List<JsonNode> results = Batch.read(output);
        assertThat(results)
                .hasSize(JOBS)
                .allMatch(it -> it.at("/error").isNull())
                .allMatch(it -> it.at("/millrace/attempts").asInt() == 3)
                // The limit that a job without one gets bounds its uncertain cost.
                .allMatch(it -> it.at("/millrace/added_output_limit").asInt() == 100);
    }
}
