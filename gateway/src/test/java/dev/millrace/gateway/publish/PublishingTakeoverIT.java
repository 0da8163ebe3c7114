package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.submission.Submitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishingTakeoverIT {
    private PublishingTrial trial;

    @BeforeAll
    void start(@TempDir Path folder) {
        trial = new PublishingTrial(folder);
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    @BeforeEach
    void reset() {
        trial.reset();
    }

    @Test
    void successorOfAClosedSessionPublishesEachLineOnce() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
        }
        assertThat(trial.published().requests(batch)).hasSizeBetween(1, 8_999);

        trial.runToEnd(batch);

        trial.assertEachLineOnce(batch, 9_000);
        assertThat(trial.published().manifest(batch).orElseThrow().lines()).isEqualTo(9_000);
    }

    /** Waits until the group has excluded a member that was not just slow. */
    @Tag("long")
    @Test
    void successorOfALostSessionPublishesEachLineOnce() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        var kafka = new HashMap<>(trial.cluster().client());
        kafka.put("consumer.max.poll.interval.ms", "30000");
        try (PublishingSession lost = trial.session(trial.clients(kafka))) {
            PublishingTrial.runUntil(lost, () -> !trial.published().requests(batch).isEmpty());
            // The lost session does not poll any more, so that the group gives its partitions away.
            trial.runToEnd(batch);

            assertThatThrownBy(lost::step).isInstanceOf(KafkaException.class);
        }
        trial.assertEachLineOnce(batch, 9_000);
    }

    @Test
    void manifestFollowsAfterACrashBetweenTheLastFactAndItsCommit() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3));
        trial.submitter().submit(batch);
        trial.facts().writeChecked(batch, new Checked(trial.now(), 3, List.of()));
        trial.facts().writePublished(batch, new Published(trial.now(), 3));

        trial.runToEnd(batch);

        assertThat(trial.published().manifest(batch).orElseThrow().lines()).isEqualTo(3);
    }

    @Test
    void fileDeletedDuringPublicationFailsTheBatch() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
        }
        trial.deleteFile(batch);

        trial.runToEnd(batch);

        assertThat(trial.facts(batch).isWrong()).isTrue();
        assertThat(trial.published().manifest(batch).orElseThrow().lines())
                .isEqualTo(trial.published().requests(batch).size());
    }

    /** An unpublished batch leaves no such record. */
    @Test
    void batchThatFailsDuringPublicationRecordsItsPublishedLines() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
        }
        trial.deleteFile(batch);

        trial.runToEnd(batch);

        assertThat(trial.facts(batch).published().orElseThrow().lines())
                .isEqualTo(trial.published().requests(batch).size());
        assertThat(trial.facts(batch).mayHavePublished()).isTrue();
    }

    @Test
    void lostSessionDoesNotHideThatItsSuccessorFailedTheBatch() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3));
        trial.submitter().submit(batch);
        var kafka = new HashMap<>(trial.cluster().client());
        kafka.put("consumer.max.poll.interval.ms", "3000");
        try (PublishingSession lost = trial.session(trial.clients(kafka))) {
            PublishingTrial.runUntil(lost, () -> lost.backlog().checking() == 1);
            trial.deleteFile(batch);
            trial.runToEnd(batch);
            assertThat(trial.facts(batch).isWrong()).isTrue();
            trial.restoreFile(batch, PublishingTrial.lines(3));

            lost.step();

            assertThat(trial.facts(batch).isWrong()).isTrue();
            assertThatThrownBy(lost::step).isInstanceOf(KafkaException.class);
        }
        assertThat(trial.published().requests(batch)).isEmpty();
    }

    @Test
    void unreadableFileDelaysItsBatchWithoutEndingTheSession() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> trial.facts(batch).checked().isPresent());
            trial.unreadableLine(5_000);
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == 1);
            assertThat(session.backlog().publishing()).isZero();
            assertThat(session.backlog().oldest()).isPresent();
            trial.unreadableLine(0);
            trial.pass(Duration.ofSeconds(10));
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(batch));
        }

        trial.assertEachLineOnce(batch, 9_000);
    }

    @Test
    void batchThatIsPostponedAfterATakeoverKeepsItsProgress() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
        }
        trial.unreadableLine(7_000);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == 1);
            trial.reset();
            trial.pass(Duration.ofSeconds(10));
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(batch));
        }

        trial.assertEachLineOnce(batch, 9_000);
    }

    private long published(List<Submission> batches) throws IOException {
        long count = 0;
        for (Submission batch : batches) {
            if (trial.facts(batch).published().isPresent()) {
                count++;
            }
        }
        return count;
    }

    /** The batches are in several partitions; batches of one partition are consecutive. */
    @Test
    void batchWithAFaultIsTriedAgainAloneWhileOthersArePublished() throws IOException {
        Submission faulty = trial.batch(PublishingTrial.lines(9_000));
        List<Submission> others =
                IntStream.range(0, 12)
                        .mapToObj(_ -> trial.batch(PublishingTrial.lines(2)))
                        .toList();
        trial.submitter().submit(faulty);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> session.backlog().publishing() == 1);
            trial.faulty(faulty);
            PublishingTrial.runUntil(session, () -> session.backlog().publishing() == 0);
            for (Submission other : others) {
                trial.submitter().submit(other);
            }

            PublishingTrial.runUntil(session, () -> published(others) > 0);

            assertThat(trial.facts(faulty).published()).isEmpty();
            trial.reset();
            trial.pass(Duration.ofSeconds(10));
            PublishingTrial.runUntil(
                    session,
                    () ->
                            published(others) == others.size()
                                    && trial.facts(faulty).published().isPresent());
            PublishingTrial.runUntil(session, () -> session.backlog().oldest().isEmpty());
        }

        trial.assertEachLineOnce(faulty, 9_000);
        others.forEach(it -> trial.assertEachLineOnce(it, 2));
    }

    @Test
    void batchWithoutARecordWaitsUntilItCannotBeRefused(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("full-disk"));
        Submission batch = trial.batch(PublishingTrial.lines(3));
        try (var failing =
                Submitter.open(
                        trial.clients(), trial.records(), new FactStore(new DiskFileStore(file)))) {
            failing.submit(batch);
        }
        try (PublishingSession session = trial.session()) {
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .pollInSameThread()
                    .until(
                            () -> {
                                session.runOnce();
                                return trial.facts().find("acme", batch.id()).isEmpty();
                            });
            trial.pass(Submitter.LONGEST_ACCEPTANCE);
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(batch));
        }

        trial.assertEachLineOnce(batch, 3);
        assertThat(trial.facts(batch).submission()).isEqualTo(batch);
    }
}
