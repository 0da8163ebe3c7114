package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.broker.BrokerStartException.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @TempDir Path directory;

    private EmbeddedBroker start() {
        return EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
    }

    private BrokerStartException refusal(EmbeddedBrokerSettings settings) {
        return catchThrowableOfType(
                BrokerStartException.class, () -> EmbeddedBroker.start(settings).close());
    }

    @Nested
    class InAFreshFolder {
        @Test
        void committedReaderSeesOnlyCommittedRecords() throws Exception {
            try (var broker = start()) {
                var clients = new Clients(broker.bootstrapServers());
                clients.createTopic(Map.of());
                clients.commit("one");
                try (var producer = clients.producer("aborting")) {
                    producer.beginTransaction();
                    producer.send(Clients.record("aborted")).get();
                    producer.abortTransaction();
                }
                clients.commit("two");

                assertThat(clients.read(2)).containsExactly("one", "two");
            }
        }

        @Test
        void recordOfThirtyTwoMebibytesIsAccepted() throws Exception {
            try (var broker = start()) {
                var clients = new Clients(broker.bootstrapServers());
                clients.createTopic(Map.of("max.message.bytes", String.valueOf(40 * 1024 * 1024)));
                var large = "x".repeat(32 * 1024 * 1024);
                clients.commit(large);

                assertThat(clients.read(1)).containsExactly(large);
            }
        }

        @Test
        void newBrokerHasNoTopics() throws Exception {
            try (var broker = start();
                    var admin = new Clients(broker.bootstrapServers()).admin()) {
                assertThat(admin.listTopics().names().get()).isEmpty();
            }
        }
    }

    @Nested
    class InAFolderWhoseNameHasMeaningElsewhere {
        @Test
        void recordsStayInTheFolder() throws Exception {
            Path folder = directory.resolve("Team, 2026 50% #1?");
            for (String text : List.of("one", "two")) {
                try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder))) {
                    var clients = new Clients(broker.bootstrapServers());
                    if (text.equals("one")) {
                        clients.createTopic(Map.of());
                    }
                    clients.commit(text);
                    assertThat(clients.read(1)).containsExactly(text);
                }
            }

            try (var beside = Files.list(directory)) {
                assertThat(beside).containsExactly(folder);
            }
        }
    }

    @Nested
    class WithAPartition {
        @Test
        void hasNoBeansOfIt() throws Exception {
            try (var broker = start()) {
                new Clients(broker.bootstrapServers()).createTopic(Map.of());

                assertThat(
                                ManagementFactory.getPlatformMBeanServer()
                                        .queryNames(new ObjectName("kafka.*:*"), null))
                        .isEmpty();
            }
        }
    }

    @Nested
    class AfterAStop {
        @Test
        void recordsOffsetsAndClusterIdSurviveARestartOnAnotherPort() throws Exception {
            String clusterId;
            try (var broker = start()) {
                clusterId = broker.clusterId();
                var clients = new Clients(broker.bootstrapServers());
                clients.createTopic(Map.of());
                clients.commit("one", "two");
                assertThat(clients.read(1)).contains("one");
                clients.commit("three");
            }

            try (var broker = start()) {
                assertThat(broker.clusterId()).isEqualTo(clusterId);
                assertThat(new Clients(broker.bootstrapServers()).read(1)).containsExactly("three");
            }
        }
    }

    @Nested
    class AfterItsProcessWasKilled {
        @Test
        void committedRecordsSurviveAndTheOpenTransactionIsAborted() throws Exception {
            var killed = BrokerProcess.start(directory);
            killed.kill();

            try (var broker = start()) {
                var clients = new Clients(broker.bootstrapServers());
                clients.producer("left-open").close();
                clients.commit("second");

                assertThat(broker.clusterId()).isEqualTo(killed.clusterId());
                assertThat(clients.read(2)).containsExactly("first", "second");
            }
        }

        @Test
        void folderIsLockedWhileTheProcessRuns() throws Exception {
            var running = BrokerProcess.start(directory);
            try {
                var refusal = refusal(EmbeddedBrokerSettings.in(directory));

                assertThat(refusal.problem()).isEqualTo(Problem.DIRECTORY_LOCKED);
                assertThat(refusal).hasMessageContaining("process " + running.process().pid());
            } finally {
                running.kill();
            }
        }
    }

    @Nested
    class WhenItCannotStart {
        @Test
        void portInUseIsReported() throws IOException {
            try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var refusal =
                        refusal(
                                EmbeddedBrokerSettings.in(directory)
                                        .withPort(taken.getLocalPort()));

                assertThat(refusal.problem()).isEqualTo(Problem.PORT_IN_USE);
                assertThat(refusal).hasMessageContaining(String.valueOf(taken.getLocalPort()));
                assertThat(directory).isEmptyDirectory();
            }
        }

        @Test
        void fileInPlaceOfTheFolderIsReported() throws IOException {
            var file = Files.createFile(directory.resolve("file"));

            var refusal = refusal(EmbeddedBrokerSettings.in(file));

            assertThat(refusal.problem()).isEqualTo(Problem.DIRECTORY_UNUSABLE);
            assertThat(refusal)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("it is a file");
        }

        @Test
        void unreadableIdentityIsReportedAndKept() throws IOException {
            var identity = directory.resolve("meta.properties");
            Files.writeString(identity, "version=99\n");

            var refusal = refusal(EmbeddedBrokerSettings.in(directory));

            assertThat(refusal.problem()).isEqualTo(Problem.DIRECTORY_DAMAGED);
            assertThat(refusal).hasMessageContaining(directory.toString());
            assertThat(identity).hasContent("version=99\n");
        }

        @Test
        void folderIsUnlockedAfterAFailedStart() throws IOException {
            try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                refusal(EmbeddedBrokerSettings.in(directory).withPort(taken.getLocalPort()));
            }

            try (var broker = start()) {
                assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
            }
        }
    }
}
