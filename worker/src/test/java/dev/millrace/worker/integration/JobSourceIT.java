package dev.millrace.worker.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.kafka.ClientSettings;
import dev.millrace.worker.kafka.KafkaJobSource;
import dev.millrace.worker.port.JobSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"consumer", "classic"})
class JobSourceIT {
    private static final Duration POLL_WAIT = Duration.ofMillis(20);

    @TempDir static Path directory;
    private static Cluster cluster;

    private final String protocol;
    private TopicPartition one;
    private TopicPartition other;
    private String prefix;
    private KafkaJobSource source;
    private final RecordingListener ours = new RecordingListener();
    private final List<String> polled = new ArrayList<>();
    private int largestPollBytes;

    JobSourceIT(String protocol) {
        this.protocol = protocol;
    }

    @BeforeAll
    static void startBroker() {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    @BeforeEach
    void openSource(TestInfo test) throws Exception {
        prefix = protocol + "." + test.getTestMethod().orElseThrow().getName() + ".";
        one = new TopicPartition(prefix + "jobs", 0);
        other = new TopicPartition(prefix + "jobs", 1);
        cluster.create(one.topic(), 2);
        source =
                new KafkaJobSource(
                        new ClientSettings(
                                Map.of(
                                        "bootstrap.servers",
                                        cluster.bootstrapServers(),
                                        "group.protocol",
                                        protocol),
                                prefix,
                                "w1",
                                WorkerConfig.DEFAULT));
    }

    @AfterEach
    void closeSource() {
        source.close();
    }

    /** Records the notifications that the loop would get. */
    private static final class RecordingListener implements JobSource.Listener {
        final Set<TopicPartition> partitions = new HashSet<>();
        final Map<TopicPartition, Long> outOfRange = new HashMap<>();

        @Override
        public void onAssigned(Collection<TopicPartition> assigned) {
            partitions.addAll(assigned);
        }

        @Override
        public void onRevoked(Collection<TopicPartition> revoked) {
            partitions.removeAll(revoked);
        }

        @Override
        public void onLost(Collection<TopicPartition> lost) {
            partitions.removeAll(lost);
        }

        @Override
        public void onOutOfRange(TopicPartition partition, long position) {
            assertThat(outOfRange.put(partition, position)).isNull();
        }

        @Override
        public void onCorrupt(TopicPartition partition, String reason) {
            throw new IllegalStateException(partition + ": " + reason);
        }

        @Override
        public void onFailed(String reason, boolean someTopicsOnly) {
            throw new IllegalStateException(reason);
        }
    }

    private void join() {
        source.subscribe(List.of(one.topic()), ours);
        pollUntil(() -> ours.partitions.size() == 2);
    }

    private void poll() {
        int bytes = 0;
        for (var record : source.poll(POLL_WAIT)) {
            polled.add(record.partition() + ":" + new String(record.value(), UTF_8).strip());
            bytes += record.value().length;
        }
        largestPollBytes = Math.max(largestPollBytes, bytes);
    }

    private void pollUntil(BooleanSupplier condition) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            poll();
                            return condition.getAsBoolean();
                        });
    }

    private void pollUntilRecords(int atLeast) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(
                        () -> {
                            poll();
                            assertThat(polled).hasSizeGreaterThanOrEqualTo(atLeast);
                        });
    }

    /** Long enough for the client to look for positions that it does not have. */
    private void pollForAWhile() {
        for (int i = 0; i < 50; i++) {
            poll();
        }
    }

    @Test
    void uncommittedPartitionIsAssignedPausedAndPollsSucceed() {
        cluster.fill(one, 3);
        join();

        pollForAWhile();

        assertThat(polled).isEmpty();
        assertThat(source.committed(Set.of(one, other))).contains(Map.of());
    }

    @Test
    void recordsStartAtTheSeekPosition() {
        cluster.fill(one, 3);
        cluster.fill(other, 3);
        join();
        pollForAWhile();
        source.seek(one, 1);
        source.resume(Set.of(one));

        pollUntilRecords(2);
        pollForAWhile();

        assertThat(polled).containsExactly("0:1", "0:2");
    }

    /** The records fit into one fetch, since they are compressed to some kilobytes. */
    @Test
    void compressedRecordsArePolledInBoundedPortions() {
        cluster.fill(one, 20, 1 << 20);
        cluster.fill(other, 20, 1 << 20);
        join();
        source.seek(one, 0);
        source.seek(other, 0);
        source.resume(Set.of(one, other));

        pollUntilRecords(40);

        assertThat(largestPollBytes).isBetween(1 << 20, 8 << 20);
        for (int partition = 0; partition < 2; partition++) {
            String prefix = partition + ":";
            assertThat(polled.stream().filter(it -> it.startsWith(prefix)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 20).mapToObj(it -> prefix + it).toList());
        }
    }

    @Test
    void commitDoesNotMoveThePosition() throws Exception {
        cluster.fill(one, 3);
        cluster.admin
                .alterConsumerGroupOffsets(
                        prefix + "worker", Map.of(one, new OffsetAndMetadata(2, "ledger")))
                .all()
                .get();
        join();
        pollForAWhile();

        source.resume(Set.of(one));
        pollUntilRecords(3);

        assertThat(polled).containsExactly("0:0", "0:1", "0:2");
        assertThat(source.committed(Set.of(one)).orElseThrow())
                .containsEntry(one, new OffsetAndMetadata(2, "ledger"));
    }

    @Test
    void positionBelowTheBeginningIsReportedAndTheOtherPartitionContinues() throws Exception {
        cluster.fill(one, 5);
        cluster.fill(other, 1);
        cluster.admin.deleteRecords(Map.of(one, RecordsToDelete.beforeOffset(3))).all().get();
        join();
        source.seek(one, 1);
        source.seek(other, 0);
        source.resume(Set.of(one, other));

        pollUntil(() -> !ours.outOfRange.isEmpty() && !polled.isEmpty());
        pollForAWhile();
        assertThat(ours.outOfRange).isEqualTo(Map.of(one, 1L));
        assertThat(polled).containsExactly("1:0");

        source.seek(one, 3);
        source.resume(Set.of(one));
        pollUntilRecords(3);
        assertThat(polled).containsExactly("1:0", "0:3", "0:4");
    }

    @Test
    void positionBeyondTheEndIsReported() {
        cluster.fill(one, 2);
        join();
        source.seek(one, 100);
        source.resume(Set.of(one));

        pollUntil(() -> !ours.outOfRange.isEmpty());

        assertThat(ours.outOfRange).isEqualTo(Map.of(one, 100L));
    }

    @Test
    void unreadRecordsOfAPausedPartitionAreCounted() {
        cluster.fill(one, 3);
        join();
        source.seek(one, 0);
        source.resume(Set.of(one));
        pollUntilRecords(3);
        source.pause(Set.of(one));

        cluster.fill(one, 5);

        var withUnassigned = Set.of(one, new TopicPartition(one.topic(), 9));
        pollUntil(() -> source.unread(withUnassigned).equals(Map.of(one, 5L)));
    }
}
