package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests runs with a limit for their cost, at a provider that counts its calls. */
@Tag("long")
class BatchBudgetIT {
    private static final int JOBS = 300;
    private static final BigDecimal LIMIT = new BigDecimal("0.08");

    /** Reservation of a job; a smaller rest of the limit pays for no more jobs. */
    private static final BigDecimal RESERVED = new BigDecimal("0.00055");

    @TempDir private Path folder;
    private final CountedProvider provider = CountedProvider.answeringAfter(Duration.ofMillis(20));

    @BeforeEach
    void writeInput() throws IOException {
        provider.configure(folder, 20);
        Files.writeString(
                folder.resolve("batch.jsonl"),
                IntStream.range(0, JOBS)
                        .mapToObj(BatchBudgetIT::line)
                        .collect(Collectors.joining()));
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private static String line(int number) {
        return """
        {"custom_id":"job-%1$d","url":"/v1/chat/completions","millrace":{"fallback":[]},\
        "body":{"model":"gpt-4.1","max_tokens":60,"messages":[{"role":"user","content":"Where is parcel %1$d?"}]}}
        """
                .formatted(number);
    }

    private int run(BigDecimal limit) {
        return Commands.execute(
                "run",
                "--config",
                folder.resolve("millrace.yaml").toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                "--output",
                output().toString(),
                "--max-cost-usd",
                limit.toPlainString(),
                folder.resolve("batch.jsonl").toString());
    }

    private Path output() {
        return folder.resolve("out.jsonl");
    }

    @Test
    void runSpendsItsLimitAndARaiseFinishesItWithoutASecondCall() {
        assertThat(run(LIMIT)).isEqualTo(ExitCode.WAITS_FOR_MONEY);

        List<JsonNode> paid = Batch.read(output());
        assertThat(paid).hasSizeBetween(1, JOBS - 1);
        assertThat(provider.calls().calls()).isEqualTo(paid.size());
        assertThat(provider.billedUsd()).isBetween(LIMIT.subtract(RESERVED), LIMIT);
        assertThat(Batch.costUsd(paid)).isEqualByComparingTo(provider.billedUsd());

        assertThat(run(LIMIT)).isEqualTo(ExitCode.WAITS_FOR_MONEY);

        assertThat(provider.calls().calls()).isEqualTo(paid.size());

        assertThat(run(new BigDecimal("10"))).isEqualTo(ExitCode.OK);

        List<JsonNode> all = Batch.read(output());
        assertThat(Batch.customIds(all)).hasSize(JOBS).doesNotHaveDuplicates();
        assertThat(all).containsAll(paid);
        assertThat(provider.calls().calls()).isEqualTo(JOBS);
        assertThat(Batch.costUsd(all)).isEqualByComparingTo(provider.billedUsd());
    }
}
