package dev.millrace.standalone.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.standalone.cli.CommandCluster;
import dev.millrace.standalone.console.ExitCode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class BudgetCommandIT {
    private static CommandCluster cluster;
    private CommandCluster.Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = new CommandCluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void createPipeline(TestInfo test) throws Exception {
        pipeline = cluster.pipeline(test);
    }

    private Map<ControlKey.Limit, BudgetLimit> limits() {
        return pipeline.control().budgets().limits();
    }

    @Test
    void limitIsSetForATenantOrABatch() {
        assertThat(pipeline.run("budget", "set", "--tenant", "acme", "--limit-usd", "2.50"))
                .isEqualTo(ExitCode.OK);
        assertThat(pipeline.run("budget", "set", "--batch", "b/1", "--limit-usd", "3"))
                .isEqualTo(ExitCode.OK);

        assertThat(limits())
                .containsOnlyKeys(new TenantLimit("acme"), new BatchLimit("default", "b/1"));
        assertThat(limits())
                .hasEntrySatisfying(
                        new TenantLimit("acme"),
                        it -> assertThat(it.limitUsd()).isEqualByComparingTo("2.5"));
    }

    @Test
    void clearedLimitIsRemoved() {
        assertThat(
                        pipeline.run(
                                "budget",
                                "set",
                                "--batch",
                                "b",
                                "--tenant",
                                "acme",
                                "--limit-usd",
                                "3"))
                .isEqualTo(ExitCode.OK);
        assertThat(pipeline.run("budget", "clear", "--batch", "b", "--tenant", "acme"))
                .isEqualTo(ExitCode.OK);

        assertThat(limits()).isEmpty();
    }

    @Test
    void wrongOptionsWriteNothing() {
        assertThat(pipeline.run("budget", "set", "--limit-usd", "1")).isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("budget", "set", "--tenant", "acme")).isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("budget", "set", "--tenant", "acme", "--limit-usd", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("budget", "clear")).isEqualTo(ExitCode.USAGE);

        assertThat(limits()).isEmpty();
    }

    @Test
    void submissionWritesItsLimitForEachBatchAndTenant(@TempDir Path folder) throws Exception {
        pipeline.createTopic("requests");
        Path file =
                Files.writeString(
                        folder.resolve("f.jsonl"),
                        line("a", "")
                                + line("b", "")
                                + line("c", "\"tenant\":\"acme\"")
                                + line("d", "\"batch\":\"own\""));

        assertThat(pipeline.run("submit", "--max-cost-usd", "2.50", file.toString()))
                .isEqualTo(ExitCode.OK);

        assertThat(limits())
                .containsOnlyKeys(
                        new BatchLimit("default", "f.jsonl"),
                        new BatchLimit("acme", "f.jsonl"),
                        new BatchLimit("default", "own"));
        assertThat(limits().values())
                .extracting(BudgetLimit::limitUsd)
                .containsOnly(new BigDecimal("2.5"));
    }

    private static String line(String customId, String options) {
        return """
        {"custom_id":"%s","url":"/v1/responses","body":{"model":"gpt-4.1"},"millrace":{%s}}
        """
                .formatted(customId, options);
    }

    @Test
    void listWithoutBudgetsSucceeds() {
        assertThat(pipeline.run("budget", "list")).isEqualTo(ExitCode.OK);
        assertThat(pipeline.run("budget", "list", "--json")).isEqualTo(ExitCode.OK);
    }
}
