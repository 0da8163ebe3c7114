package dev.millrace.standalone.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.BatchKey;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.AnnouncedPipeline;
import dev.millrace.standalone.data.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** How options and configuration determine the topic, limits and cluster of {@code submit}. */
class SubmitCommandTest {
    private static final String ADDRESS = "bootstrap.servers";

    @TempDir private Path folder;

    private static ProducerSettings target(Object... options) {
        String[] arguments = new String[options.length + 1];
        for (int i = 0; i < options.length; i++) {
            arguments[i] = options[i].toString();
        }
        arguments[options.length] = "a.jsonl";
        return CommandLine.populateCommand(new SubmitCommand(), arguments).target();
    }

    private Path configuration() throws IOException {
        return Files.writeString(
                folder.resolve("cluster.yaml"),
                """
                kafka: { bootstrap.servers: "kafka-1:9092", security.protocol: SSL }
                topics: { prefix: acme., max_request_bytes: 2KiB }
                request_topics: { acme.requests: { tenant: acme } }
                """);
    }

    @Nested
    class NamesOfBatches {
        @Test
        void areWhatOtherCommandsNeed() {
            assertThat(SubmitCommand.names(Set.of(new BatchKey("acme", "tickets.jsonl"))))
                    .containsExactly("batch tickets.jsonl of tenant acme");
            assertThat(SubmitCommand.names(Set.of())).isEmpty();
        }

        @Test
        void areTenAtMost() {
            Set<BatchKey> eleven =
                    IntStream.range(0, 11)
                            .mapToObj(it -> BatchKey.of("b" + it))
                            .collect(Collectors.toCollection(LinkedHashSet::new));

            assertThat(SubmitCommand.names(eleven))
                    .hasSize(11)
                    .startsWith("batch b0 of tenant default")
                    .endsWith("batch b9 of tenant default", "and further batches");
        }
    }

    @Nested
    class WithAConfiguration {
        @Test
        void bootstrapServerReplacesOnlyTheAddress() throws IOException {
            var target = target("--bootstrap-server", "other:9092", "--config", configuration());

            assertThat(target.kafka())
                    .containsEntry(ADDRESS, "other:9092")
                    .containsEntry("security.protocol", "SSL");
            assertThat(target.topic()).isEqualTo("acme.requests");
            assertThat(target.maxRequestBytes()).isEqualTo(2048);
            assertThat(target.boundTenant()).isEqualTo("acme");
        }

        @Test
        void checkAppliesItsLimits() throws IOException {
            var target = target("--check", "--config", configuration());

            assertThat(target.maxRequestBytes()).isEqualTo(2048);
        }
    }

    @Nested
    class WithoutACluster {
        @Test
        void embeddedPipelineOfTheFolderIsFound() {
            try (var data = DataDirectory.open(folder)) {
                data.announce(
                        new AnnouncedPipeline(
                                "127.0.0.1:40404", Optional.empty(), Optional.empty()));

                var target = target("--data-dir", folder);

                assertThat(target.kafka()).containsEntry(ADDRESS, "127.0.0.1:40404");
                assertThat(target.topic()).isEqualTo("millrace.requests");
            }
        }

        @Test
        void configurationOfThePipelineIsFound() throws IOException {
            try (var data = DataDirectory.open(folder.resolve("data"))) {
                data.announce(
                        new AnnouncedPipeline(
                                "127.0.0.1:40404", Optional.of(configuration()), Optional.empty()));

                assertThat(target("--data-dir", data.root()).maxRequestBytes()).isEqualTo(2048);
            }
        }

        @Test
        void commandAsksForACluster() {
            assertThatThrownBy(() -> target("--data-dir", folder))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("--data-dir")
                    .hasMessageContaining("--bootstrap-server");
        }
    }

    @Nested
    class WithADeadline {
        private int check(String... options) throws IOException {
            Path configuration =
                    Files.writeString(
                            folder.resolve("slow.yaml"),
                            """
                            providers: { p: { wire: openai, base_url: "https://h/v1" } }
                            models:
                              slow: { provider: p, price: { input: 1, output: 1 }, limits: { requests_per_minute: 1 } }
                            """);
            String lines =
                    IntStream.range(0, 10)
                            .mapToObj(
                                    """
                                    {"custom_id":"%d","method":"POST","url":"/v1/chat/completions",\
                                    "body":{"model":"slow","messages":[{"role":"user","content":"?"}]}}
                                    """
                                            ::formatted)
                            .collect(Collectors.joining());
            Path file = Files.writeString(folder.resolve("a.jsonl"), lines);
            var arguments = new ArrayList<String>(List.of(options));
            arguments.addAll(List.of("--check", "--config", configuration.toString(), "" + file));
            return CommandLine.populateCommand(
                            new SubmitCommand(), arguments.toArray(String[]::new))
                    .call();
        }

        @Test
        void deadlineThatLimitsAllowIsAccepted() throws IOException {
            assertThat(check("--by", "1h")).isZero();
        }

        @Test
        void deadlineThatLimitsDoNotAllowIsRefusedWithTheEarliest() {
            assertThatThrownBy(() -> check("--by", "5m"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("the limits of their models allow");
        }

        @Test
        void deadlineIsOnlyNamedIfTheUserSaysSo() throws IOException {
            assertThat(check("--by", "5m", "--admission", "warn")).isZero();
        }

        @Test
        void otherWaysOfAdmissionAreRefused() {
            assertThatThrownBy(() -> check("--admission", "never"))
                    .hasMessage("--admission must be refuse or warn, was never");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a\tb"})
    void invalidBatchNameIsRefused(String name) {
        assertThatThrownBy(() -> target("--check", "--batch", name))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--batch");
    }

    @Test
    void folderIsRefusedAsAFile() {
        var command = CommandLine.populateCommand(new SubmitCommand(), "--check", "" + folder);

        assertThatThrownBy(command::call)
                .isInstanceOf(UserError.class)
                .hasMessageContaining(folder + " is a folder");
    }

    @Test
    void topicOptionReplacesTheDefaultTopic() {
        var target = target("--bootstrap-server", "a:1", "--topic", "mine", "--prefix", "acme.");

        assertThat(target.topic()).isEqualTo("mine");
    }
}
