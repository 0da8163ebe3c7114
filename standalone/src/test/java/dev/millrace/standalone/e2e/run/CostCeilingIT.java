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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A job with {@code max_cost_usd} but without {@code max_tokens}, from its line to the provider.
 */
@Tag("long")
class CostCeilingIT {
    private static final int DEFAULT_MAX_TOKENS = 3;
    private static final String BOUNDED = line("bounded", ",\"millrace\":{\"max_cost_usd\":0.01}");
    private static final String UNBOUNDED = line("unbounded", "");

    /** A model with nothing known but its price. */
    private static final String UNKNOWN_MODEL =
            "  unknown: { provider: counted, price: { input: 1, output: 1 } }";

    @TempDir private Path folder;
    private final CountedProvider provider = CountedProvider.answeringAfter(Duration.ZERO);

    @BeforeEach
    void configure() throws IOException {
        provider.configure(folder, 10);
        Path config = folder.resolve("millrace.yaml");
        String model = "upstream_model: qwen-turbo";
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                model + " }",
                                model
                                        + ", default_max_tokens: "
                                        + DEFAULT_MAX_TOKENS
                                        + " }\n"
                                        + UNKNOWN_MODEL));
    }

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void onlyAJobWithACeilingGetsTheDefaultTokenLimit() throws IOException {
        write(BOUNDED + UNBOUNDED);

        run("run", "--json", "batch.jsonl").exitsWith(0);

        List<JsonNode> results = Batch.read(folder.resolve("batch.results.jsonl"));
        assertThat(outputTokens(results, "bounded")).isEqualTo(DEFAULT_MAX_TOKENS);
        assertThat(outputTokens(results, "unbounded")).isGreaterThan(DEFAULT_MAX_TOKENS);
    }

    @Test
    void dryRunAndSimulationReportTheSameWorstCase() throws IOException {
        write(BOUNDED);
        JsonNode dry = run("run", "--dry-run", "--json", "batch.jsonl").exitsWith(0).summary();
        JsonNode simulated = run("policy", "simulate", "--json", "batch.jsonl").summary();

        assertThat(dry.path("worst_case_cost_usd").decimalValue())
                .isPositive()
                .isEqualByComparingTo(simulated.path("max_cost_usd").decimalValue());
        assertThat(dry.path("unbounded_jobs").intValue()).isZero();
        assertThat(simulated.path("unbounded_jobs").intValue()).isZero();
    }

    @Test
    void dryRunAndSimulationReportAJobWithoutACeilingAsUnbounded() throws IOException {
        write(UNBOUNDED.replace("qwen-turbo", "unknown"));
        JsonNode dry = run("run", "--dry-run", "--json", "batch.jsonl").exitsWith(0).summary();
        JsonNode simulated = run("policy", "simulate", "--json", "batch.jsonl").summary();

        assertThat(dry.path("unbounded_jobs").intValue()).isOne();
        assertThat(simulated.path("unbounded_jobs").intValue()).isOne();
    }

    private static String line(String customId, String options) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"qwen-turbo",\
        "messages":[{"role":"user","content":"Where is my parcel?"}]}%s}
        """
                .formatted(customId, options);
    }

    private static int outputTokens(List<JsonNode> results, String customId) {
        return results.stream()
                .filter(it -> it.path("custom_id").asString().equals(customId))
                .map(it -> it.path("response").path("body").path("usage"))
                .mapToInt(it -> it.path("completion_tokens").intValue())
                .sum();
    }

    private void write(String lines) throws IOException {
        Files.writeString(folder.resolve("batch.jsonl"), lines);
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }
}
