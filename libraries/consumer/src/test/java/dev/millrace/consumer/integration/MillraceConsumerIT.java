package dev.millrace.consumer.integration;

import static dev.millrace.consumer.integration.OutputCluster.result;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.FirstStart;
import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.consumer.Position;
import dev.millrace.consumer.PositionException;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.output.Output;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceConsumerIT {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String GROUP = "readers";

    @TempDir private static @Nullable Path directory;

    private static @Nullable OutputCluster shared;

    private final OutputCluster cluster = cluster();
    private final Topics topics = cluster.newTopics();

    @BeforeAll
    static void startCluster() {
        shared = new OutputCluster(Objects.requireNonNull(directory));
    }

    @AfterAll
    static void closeCluster() {
        cluster().close();
    }

    private static OutputCluster cluster() {
        return Objects.requireNonNull(shared);
    }

    private ConsumerSettings results() {
        return cluster.settings(topics, OutputTopic.RESULTS);
    }

    private static List<Received> readUntil(
            MillraceConsumer consumer, Predicate<List<Received>> enough)
            throws InterruptedException {
        var read = new ArrayList<Received>();
        while (!enough.test(read)) {
            read.addAll(consumer.poll(POLL));
        }
        return read;
    }

    private static List<Received> read(MillraceConsumer consumer, int count)
            throws InterruptedException {
        return readUntil(consumer, it -> it.size() >= count);
    }

    private static List<String> customIds(List<Received> received) {
        return received.stream()
                .map(it -> ((Output.Result) it.output()).view().customId())
                .toList();
    }

    /** Returns when the result can be read, which is later than the return of the commit. */
    private void commitAndRead(String customId) throws InterruptedException {
        cluster.commit(List.of(result(topics, 0, customId)));
        try (var consumer = MillraceConsumer.at(results(), List.of())) {
            assertThat(customIds(read(consumer, 1))).containsExactly(customId);
        }
    }

    @Nested
    class WhenATransactionIsAborted {
        @Test
        void itsRecordsAreNeverSeen() throws InterruptedException {
            cluster.commit(List.of(result(topics, 0, "first")));
            cluster.abort(List.of(result(topics, 0, "aborted")));
            cluster.commit(List.of(result(topics, 0, "last")));

            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                assertThat(customIds(read(consumer, 2))).containsExactly("first", "last");
            }
        }
    }

    /** Fails once readers see a transaction as a whole. */
    @Nested
    class Broken {
        @Test
        void aPartOfATransactionIsSeen() throws InterruptedException {
            var kafka = new HashMap<>(cluster.client());
            kafka.put("max.poll.records", "1");
            var event = CostEvent.withoutCall(JobId.of("acme", "b", "a"), "acme", "b");
            cluster.commit(
                    List.of(
                            result(topics, 0, "a"),
                            new ProducerRecord<>(
                                    topics.costs(), 0, null, CostEventCodec.toJson(event))));

            try (var consumer =
                    MillraceConsumer.at(
                            new ConsumerSettings(kafka, OutputTopic.RESULTS, OutputTopic.COSTS)
                                    .withPrefix(topics.prefix()),
                            List.of())) {
                assertThat(read(consumer, 1)).hasSize(1);
            }
        }
    }

    @Nested
    class WhenSeveralTopicsAreRead {
        @Test
        void eachRecordHasItsType() throws InterruptedException {
            var job = JobId.of("acme", "b", "a");
            var event = CostEvent.withoutCall(job, "acme", "b");
            var reason = new DeadLetter("duplicate", "again", "t", 0, 5, null, null, null, null);
            var letter =
                    new ProducerRecord<byte[], byte[]>(
                            topics.deadLetters(), 1, null, "{}".getBytes(UTF_8));
            reason.writeTo(letter.headers());
            cluster.commit(
                    List.of(
                            result(topics, 0, "a"),
                            new ProducerRecord<>(
                                    topics.costs(), 0, null, CostEventCodec.toJson(event)),
                            letter));

            try (var consumer =
                    MillraceConsumer.at(
                            cluster.settings(topics, OutputTopic.values()), List.of())) {
                List<Received> read = read(consumer, 3);

                assertThat(read)
                        .filteredOn(it -> it.topic().equals(topics.costs()))
                        .extracting(Received::output)
                        .containsExactly(new Output.Cost(event));
                assertThat(read)
                        .filteredOn(it -> it.topic().equals(topics.deadLetters()))
                        .singleElement()
                        .satisfies(
                                it ->
                                        assertThat(it.output())
                                                .isInstanceOfSatisfying(
                                                        Output.Letter.class,
                                                        found ->
                                                                assertThat(found.letter())
                                                                        .isEqualTo(reason)));
                assertThat(read).filteredOn(it -> it.output() instanceof Output.Result).hasSize(1);
            }
        }
    }

    @Nested
    class WhenARecordCannotBeRead {
        @Test
        void itIsDeliveredAndTheNextOnesToo() throws InterruptedException {
            cluster.commit(
                    List.of(
                            new ProducerRecord<>(
                                    topics.results(), 0, null, "not JSON".getBytes(UTF_8)),
                            result(topics, 0, "a")));

            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                List<Received> read = read(consumer, 2);

                assertThat(read.getFirst().output())
                        .isInstanceOfSatisfying(
                                Output.Unreadable.class,
                                it -> assertThat(it.value()).asString(UTF_8).isEqualTo("not JSON"));
                assertThat(customIds(read.subList(1, 2))).containsExactly("a");
            }
        }
    }

    @Nested
    class WhenTheCallerKeepsThePositions {
        @Test
        void aNewConsumerContinuesThere() throws InterruptedException {
            cluster.commit(List.of(result(topics, 0, "a"), result(topics, 0, "b")));
            Position afterFirst;
            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                afterFirst = read(consumer, 2).getFirst().next();
            }

            try (var consumer = MillraceConsumer.at(results(), List.of(afterFirst))) {
                assertThat(customIds(read(consumer, 1))).containsExactly("b");
            }
        }

        @Test
        void aFirstStartAtTheEndSkipsWhatIsThere() throws InterruptedException {
            commitAndRead("old");
            var latest = results().withFirstStart(FirstStart.LATEST);
            Set<Position> start;
            try (var consumer = MillraceConsumer.at(latest, List.of())) {
                start = consumer.positions();
            }
            cluster.commit(List.of(result(topics, 0, "new"), result(topics, 1, "new")));

            try (var consumer = MillraceConsumer.at(latest, start)) {
                assertThat(customIds(read(consumer, 2))).containsExactly("new", "new");
            }
        }

        @Test
        void deletedRecordsAreReported() {
            cluster.commit(List.of(result(topics, 1, "a"), result(topics, 1, "b")));
            cluster.deleteBefore(topics.results(), 1, 2);
            var lost = List.of(new Position(topics.results(), 1, 1));

            assertThatThrownBy(() -> MillraceConsumer.at(results(), lost))
                    .isInstanceOf(PositionException.class)
                    .hasMessageContaining("results-1 cannot be read from offset 1")
                    .hasMessageContaining("deleted before they were read");
        }

        @Test
        void recordsDeletedWhileTheConsumerWaitsAreReported() throws InterruptedException {
            cluster.commit(List.of(result(topics, 0, "a"), result(topics, 0, "b")));
            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                cluster.deleteBefore(topics.results(), 0, 2);

                assertThatThrownBy(() -> read(consumer, 1))
                        .isInstanceOf(PositionException.class)
                        .hasMessageContaining("results-0 cannot be read from offset 0");
            }
        }

        @Test
        void aPositionBehindTheEndIsReported() {
            var ahead = List.of(new Position(topics.results(), 0, 99));

            assertThatThrownBy(() -> MillraceConsumer.at(results(), ahead))
                    .isInstanceOf(PositionException.class)
                    .hasMessageContaining("created again");
        }

        @Test
        void aMissingPositionCanBeRefused() {
            assertThatThrownBy(
                            () ->
                                    MillraceConsumer.at(
                                            results().withFirstStart(FirstStart.REFUSE),
                                            List.of(new Position(topics.results(), 0, 0))))
                    .isInstanceOf(PositionException.class)
                    .hasMessageContaining("results-1 has no position");
        }

        @Test
        void nothingCanBeCommittedToAGroup() throws InterruptedException {
            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                assertThatThrownBy(consumer::commit).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Nested
    class WhenAGroupKeepsThePositions {
        @Test
        void itsNextMemberContinuesAfterTheCommit() throws InterruptedException {
            cluster.commit(List.of(result(topics, 0, "a")));
            try (var consumer = MillraceConsumer.ofGroup(results(), topics.prefix() + GROUP)) {
                read(consumer, 1);
                assertThat(consumer.commit()).isTrue();
                cluster.commit(List.of(result(topics, 0, "b")));
                read(consumer, 1);
            }

            try (var consumer = MillraceConsumer.ofGroup(results(), topics.prefix() + GROUP)) {
                assertThat(customIds(read(consumer, 1))).containsExactly("b");
            }
        }

        @Test
        void aFirstStartAtTheEndHappensOnce() throws InterruptedException {
            commitAndRead("old");
            var latest = results().withFirstStart(FirstStart.LATEST);
            try (var consumer = MillraceConsumer.ofGroup(latest, topics.prefix() + GROUP)) {
                while (consumer.positions().size() < OutputCluster.PARTITIONS) {
                    assertThat(consumer.poll(POLL)).isEmpty();
                }
            }
            cluster.commit(List.of(result(topics, 0, "between")));

            try (var consumer = MillraceConsumer.ofGroup(latest, topics.prefix() + GROUP)) {
                assertThat(customIds(read(consumer, 1))).containsExactly("between");
            }
        }

        @Test
        void aMissingPositionCanBeRefused() throws InterruptedException {
            var refusing = results().withFirstStart(FirstStart.REFUSE);
            try (var consumer = MillraceConsumer.ofGroup(refusing, topics.prefix() + GROUP)) {
                assertThatThrownBy(() -> read(consumer, 1))
                        .isInstanceOf(PositionException.class)
                        .hasMessageContaining("has no position");
            }
        }

        @Test
        void recordsOfARefusedPollAreNotCommitted() throws InterruptedException {
            String group = topics.prefix() + GROUP;
            cluster.commit(List.of(result(topics, 0, "a")));
            cluster.setGroupOffset(group, topics.results(), 0, 0);
            var refusing = results().withFirstStart(FirstStart.REFUSE);
            try (var consumer = MillraceConsumer.ofGroup(refusing, group)) {
                assertThatThrownBy(() -> consumer.poll(Duration.ofMinutes(4)))
                        .isInstanceOf(PositionException.class)
                        .hasMessageContaining("results-1 has no position");
                assertThat(consumer.positions())
                        .containsExactly(new Position(topics.results(), 0, 0));
                assertThat(consumer.commit()).isTrue();
            }

            try (var consumer = MillraceConsumer.ofGroup(results(), group)) {
                assertThat(customIds(read(consumer, 1))).containsExactly("a");
            }
        }

        @Test
        void aSecondMemberGetsAPartitionAndWhatWasNotCommitted() throws Exception {
            cluster.commit(List.of(result(topics, 0, "a"), result(topics, 1, "b")));
            try (var first = MillraceConsumer.ofGroup(results(), topics.prefix() + GROUP);
                    var second = MillraceConsumer.ofGroup(results(), topics.prefix() + GROUP)) {
                read(first, 2);
                var redelivered = new ArrayList<Received>();
                while (redelivered.isEmpty()) {
                    redelivered.addAll(second.poll(POLL));
                    first.poll(POLL);
                }
                assertThat(second.positions()).hasSize(1);

                // Neither commits for the partition of the other.
                assertThat(first.commit()).isTrue();
                assertThat(second.commit()).isTrue();
            }
        }
    }

    @Nested
    class WhenAnotherThreadStopsTheConsumer {
        @Test
        void aWakeupEndsThePoll() throws InterruptedException {
            try (var consumer = MillraceConsumer.at(results(), List.of())) {
                consumer.wakeup();

                assertThat(consumer.poll(Duration.ofHours(1))).isEmpty();
            }
        }

        @Test
        void aWakeupBeforeACommitEndsTheNextPoll() throws InterruptedException {
            cluster.commit(List.of(result(topics, 0, "a")));
            try (var consumer = MillraceConsumer.ofGroup(results(), topics.prefix() + GROUP)) {
                read(consumer, 1);
                consumer.wakeup();

                assertThat(consumer.commit()).isTrue();
                assertThat(consumer.poll(Duration.ofHours(1))).isEmpty();
            }
        }

        @Test
        void anInterruptionEndsThePoll() throws InterruptedException {
            var ended = new CompletableFuture<Exception>();
            var thread =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (var consumer =
                                                MillraceConsumer.at(results(), List.of())) {
                                            consumer.poll(Duration.ofHours(1));
                                        } catch (InterruptedException e) {
                                            ended.complete(e);
                                        }
                                    });
            thread.interrupt();
            thread.join();

            assertThat(ended).isDone();
        }
    }

    @Nested
    class WhenATopicDoesNotExist {
        @Test
        void theErrorTellsWhatToDo() {
            var missing = results().withPrefix("nowhere.");

            assertThatThrownBy(() -> MillraceConsumer.at(missing, List.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nowhere.results does not exist")
                    .hasMessageContaining("millrace topics apply");
        }
    }
}
