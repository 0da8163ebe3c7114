package dev.millrace.standalone.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.control.ControlFollower;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class BudgetCommandIT {
    private static EmbeddedBroker broker;
    private static Map<String, String> kafka;

    /** A control topic for each test. */
    private String prefix = "";

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void createControl(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            admin.createTopics(List.of(new NewTopic(prefix + "control", 1, (short) 1))).all().get();
        }
    }

    /** Runs a command on the pipeline of this test; returns its exit code. */
    private int run(String... words) {
        var pipeline =
                Stream.of("--bootstrap-server", broker.bootstrapServers(), "--prefix", prefix);
        return Commands.execute(
                Stream.concat(Arrays.stream(words), pipeline).toArray(String[]::new));
    }

    private Map<ControlKey.Limit, BudgetLimit> limits() {
        return ControlFollower.read(kafka, prefix).budgets().limits();
    }

    @Test
    void limitIsSetForATenantOrABatch() {
        assertThat(run("budget", "set", "--tenant", "acme", "--limit-usd", "2.50"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("budget", "set", "--batch", "b/1", "--limit-usd", "3"))
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
        assertThat(run("budget", "set", "--batch", "b", "--tenant", "acme", "--limit-usd", "3"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("budget", "clear", "--batch", "b", "--tenant", "acme"))
                .isEqualTo(ExitCode.OK);

        assertThat(limits()).isEmpty();
    }

    @Test
    void wrongOptionsWriteNothing() {
        assertThat(run("budget", "set", "--limit-usd", "1")).isEqualTo(ExitCode.USAGE);
        assertThat(run("budget", "set", "--tenant", "acme")).isEqualTo(ExitCode.USAGE);
        assertThat(run("budget", "set", "--tenant", "acme", "--limit-usd", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("budget", "clear")).isEqualTo(ExitCode.USAGE);

        assertThat(limits()).isEmpty();
    }

    @Test
    void submissionWritesItsLimitForEachBatchAndTenant(@TempDir Path folder) throws Exception {
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            var topic = new NewTopic(prefix + "requests", 1, (short) 1);
            admin.createTopics(List.of(topic)).all().get();
        }
        Path file =
                Files.writeString(
                        folder.resolve("f.jsonl"),
                        line("a", "")
                                + line("b", "")
                                + line("c", "\"tenant\":\"acme\"")
                                + line("d", "\"batch\":\"own\""));

        assertThat(run("submit", "--max-cost-usd", "2.50", file.toString())).isEqualTo(ExitCode.OK);

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
        assertThat(run("budget", "list")).isEqualTo(ExitCode.OK);
        assertThat(run("budget", "list", "--json")).isEqualTo(ExitCode.OK);
    }
}
