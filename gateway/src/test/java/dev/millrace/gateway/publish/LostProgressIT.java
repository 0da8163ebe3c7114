package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches under publication whose offsets Kafka has deleted. */
class LostProgressIT {
    private static final int LINES = 9_000;

    private PublishingTrial trial;
    private Submission batch;

    @BeforeEach
    void publishAPart(@TempDir Path folder) throws IOException {
        trial = new PublishingTrial(folder);
        trial.runToEnd(submit(2));
        batch = submit(LINES);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
        }
        assertThat(trial.published().requests(batch)).hasSizeBetween(1, LINES - 1);
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private Submission submit(int lines) throws IOException {
        Submission submission = trial.batchOf("acme", PublishingTrial.lines(lines));
        trial.submitter().submit(submission);
        return submission;
    }

    @Test
    void batchContinuesWithItsNextLine() throws Exception {
        deleteOffsets();
        trial.pass(Duration.ofHours(24));

        trial.runToEnd(batch);

        trial.assertEachLineOnce(batch, LINES);
    }

    /** Each owner commits an offset before it ends, possibly of the older batch. */
    @Test
    void batchContinuesWithItsNextLineUnderTheOwnerAfterTheNext() throws Exception {
        deleteOffsets();
        trial.pass(Duration.ofHours(24));
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, this::hasOffset);
        }

        trial.runToEnd(batch);

        trial.assertEachLineOnce(batch, LINES);
    }

    @Test
    void batchContinuesWithItsNextLineAfterItWasPostponedMidway() throws Exception {
        trial.unreadableLine(7_000);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == 1);
        }
        deleteOffsets();
        trial.reset();
        trial.pass(Duration.ofHours(24));

        trial.runToEnd(batch);

        trial.assertEachLineOnce(batch, LINES);
    }

    private String group() {
        return new Topics(trial.cluster().config().topics().prefix()).gatewayGroup();
    }

    private Admin admin() {
        return Admin.create(Map.<String, Object>copyOf(trial.cluster().client()));
    }

    private void deleteOffsets() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.deleteConsumerGroups(List.of(group())).all().get();
        }
    }

    private boolean hasOffset() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return !admin.listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty();
        }
    }
}
