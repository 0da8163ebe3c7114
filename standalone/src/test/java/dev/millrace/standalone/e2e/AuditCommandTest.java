package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code audit}, which needs no broker. */
class AuditCommandTest {
    private static final Path LOG = Launcher.example("usage.jsonl");

    @TempDir private Path folder;

    @Test
    void exampleIsReadInAllItsFormats() {
        JsonNode figures = audit("--json", LOG).exitsWith(0).summary();

        assertThat(figures.path("requests").intValue()).isEqualTo(11);
        assertThat(figures.path("by_model").findValuesAsString("model"))
                .contains("gpt-4.1", "claude-sonnet-4.5", "deepseek-flash", "qwen-turbo");
        assertThat(figures.path("unknown_models").path(0).path("name").asString())
                .isEqualTo("in-house-70b");
        assertThat(figures.path("not_billed").path("failed requests").intValue()).isOne();
        assertThat(figures.path("totals").path(0).path("month_usd").isNumber()).isTrue();
    }

    @Test
    void compressedLogHasTheSameFigures() throws IOException {
        Path compressed = folder.resolve("usage.jsonl.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(LOG, out);
        }

        assertThat(audit("--json", compressed).exitsWith(0).summary())
                .isEqualTo(audit("--json", LOG).exitsWith(0).summary());
    }

    @Test
    void catalogOptionPricesAnUnknownModel() throws IOException {
        Path catalog = folder.resolve("catalog.yaml");
        Files.writeString(
                catalog,
                "models: { in-house-70b: { provider: own, price: { input: 0.2, output: 0.4 } } }");

        JsonNode figures = audit("--json", "--catalog", catalog, LOG).exitsWith(0).summary();

        assertThat(figures.path("unknown_models")).isEmpty();
        assertThat(figures.path("by_model").findValuesAsString("model")).contains("in-house-70b");
    }

    @Test
    void htmlOptionWritesAPage() throws IOException {
        Path page = folder.resolve("audit.html");

        audit("--html", page, LOG).exitsWith(0);

        assertThat(Files.readString(page)).contains("gpt-4.1", "Content-Security-Policy");
    }

    @Test
    void unreadableLinesAreListed() throws IOException {
        Path log = folder.resolve("log.jsonl");
        Files.writeString(log, "{\"model\":\"gpt-4.1\",\"usage\":{\"input_tokens\":1}}\n{oops\n");

        assertThat(audit(log).exitsWith(3).out()).contains("log.jsonl:2 is not JSON");
    }

    @Test
    void fileWithoutAReadableLineIsRefused() throws IOException {
        Path log = folder.resolve("log.jsonl");
        Files.writeString(log, "oops\n");

        assertThat(audit(log).exitsWith(1).err()).contains("log.jsonl has no readable line");
    }

    private Finished audit(Object... arguments) {
        var all = new Object[arguments.length + 1];
        all[0] = "audit";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandInProcess.run(all);
    }
}
