package dev.millrace.standalone.e2e.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs a compressed file into a compressed file, whose results show the cost of the file. */
class CompressedRunIT {
    private static final Path PLAIN = Launcher.example("support-tickets.jsonl");

    @TempDir private static Path folder;

    private static Path input;
    private static JsonNode summary;

    @BeforeAll
    static void run() throws IOException {
        input = folder.resolve("tickets.jsonl.zst");
        Files.write(input, Zstd.compress(Files.readAllBytes(PLAIN)));
        summary =
                new Launcher(folder)
                        .run("run", "--simulate", "--json", "-o", "answers.jsonl.zst", input)
                        .exitsWith(0)
                        .summary();
    }

    private static List<String> lines(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }

    private static List<String> answers() throws IOException {
        return lines(
                new ZstdInputStream(Files.newInputStream(folder.resolve("answers.jsonl.zst"))));
    }

    @Test
    void everyLineHasAnAnswer() throws IOException {
        assertThat(summary.path("succeeded").longValue()).isEqualTo(200);
        assertThat(answers()).hasSize(200);
    }

    /** Some tickets are of another tenant, whose batch is another one. */
    @Test
    void resultsAreWrittenCompressed() throws IOException {
        new Launcher(folder)
                .run(
                        "results",
                        "--data-dir",
                        ".millrace-simulated",
                        "tickets.jsonl.zst",
                        "-o",
                        "stored.jsonl.gz")
                .exitsWith(0);

        assertThat(
                        lines(
                                new GZIPInputStream(
                                        Files.newInputStream(folder.resolve("stored.jsonl.gz")))))
                .isEqualTo(
                        answers().stream()
                                .filter(it -> it.contains("\"tenant\":\"default\""))
                                .toList());
    }

    /** Every job has a result, so the expected cost equals the paid cost. */
    @Test
    void dryRunRestsOnTheResults() throws IOException {
        JsonNode forecast =
                new Launcher(folder)
                        .run("run", "--simulate", "--dry-run", "--json", input)
                        .exitsWith(0)
                        .summary();

        double paid = summary.path("cost_usd").doubleValue();
        assertThat(forecast.path("cost_usd").doubleValue()).isBetween(0.9 * paid, 1.1 * paid);
        assertThat(forecast.path("by_model"))
                .allSatisfy(
                        it ->
                                assertThat(it.path("rests_on").path("results").longValue())
                                        .isEqualTo(it.path("jobs").longValue()));
    }
}
