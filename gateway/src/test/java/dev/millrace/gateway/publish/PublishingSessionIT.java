package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishingSessionIT {
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
    void linesArePublishedWithWhatTheBatchDetermines() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3));
        trial.submitter().submit(batch);
        assertThat(trial.facts().neededFiles(TenantFolder.of("acme"))).contains(batch.inputFile());

        trial.runToEnd(batch);

        assertThat(trial.facts().neededFiles(TenantFolder.of("acme")))
                .doesNotContain(batch.inputFile());
        List<ConsumerRecord<byte[], byte[]>> requests = trial.published().requests(batch);
        assertThat(requests).hasSize(3);
        for (var request : requests) {
            var headers = SubmissionHeaders.read(request.headers());
            assertThat(headers.apiKey()).isEqualTo("3f9c2a7be01d4466");
            int number = Math.toIntExact(headers.line() == null ? 0 : headers.line());
            assertThat(headers.tenant()).isEqualTo("acme");
            assertThat(headers.submittedAt()).isEqualTo(trial.now());
            assertThat(headers.batchLimitUsd()).isEqualTo("2.5");
            assertThat(new String(request.key(), UTF_8))
                    .isEqualTo(JobId.of("acme", batch.id(), "c" + (number - 1)).value());
            assertThat(new String(request.value(), UTF_8))
                    .contains("\"deadline\":\"" + batch.expiresAt() + "\"");
        }
        assertThat(trial.published().manifest(batch).orElseThrow().lines()).isEqualTo(3);
        assertThat(trial.facts(batch).checked().orElseThrow().lines()).isEqualTo(3);
        assertThat(trial.facts(batch).published().orElseThrow().lines()).isEqualTo(3);
    }

    @Test
    void earlierDeadlineOfALineStays() throws IOException {
        String own = "{\"millrace\":{\"deadline\":\"" + trial.now().plusSeconds(60) + "\"},";
        Submission batch = trial.batch(PublishingTrial.line(0).strip().replaceFirst("^\\{", own));
        trial.submitter().submit(batch);

        trial.runToEnd(batch);

        assertThat(new String(trial.published().requests(batch).getFirst().value(), UTF_8))
                .startsWith(own);
    }

    @Test
    void noLineOfAWrongFileIsPublished() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3) + "\n" + PublishingTrial.line(1));
        trial.submitter().submit(batch);

        trial.runToEnd(batch);

        assertThat(trial.published().requests(batch)).isEmpty();
        assertThat(trial.published().manifest(batch)).isEmpty();
        assertThat(trial.facts(batch).checked().orElseThrow().errors())
                .extracting(it -> it.line().orElse(0L) + " " + it.code())
                .containsExactly("4 duplicate_custom_id");
    }

    @Test
    void batchWithoutItsFileFails() throws IOException {
        Submission batch = trial.batch(null);
        trial.submitter().submit(batch);

        trial.runToEnd(batch);

        assertThat(trial.facts(batch).checked().orElseThrow().errors().getFirst().code())
                .isEqualTo("invalid_input_file");
    }

    @Test
    void cancelledBatchIsNotPublishedAnyFurther() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> !trial.published().requests(batch).isEmpty());
            trial.facts().writeCancelled(batch, trial.now());
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(batch));
        }

        long lines = trial.facts(batch).published().orElseThrow().lines();
        assertThat(trial.published().requests(batch)).hasSize(Math.toIntExact(lines));
        assertThat(lines).isLessThan(9_000);
        assertThat(trial.published().manifest(batch).orElseThrow().lines()).isEqualTo(lines);
    }

    @Test
    void missingTopicIsReportedWithItsRemedy() {
        assertThatThrownBy(
                        () ->
                                PublishingSession.open(
                                        "nothing", trial.clients(), trial.records(), trial.parts()))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining(
                        "the topic nothing does not exist; \"millrace topics apply\"");
    }

    @Test
    void interruptedSubmissionIsMarkedAsRefused() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3));

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> trial.submitter().submit(batch)).isInstanceOf(IOException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trial.facts().isCancelled(batch)).isTrue();
    }

    @Test
    void refusedBatchNeverRuns() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(3));
        trial.submitter().submit(batch);
        trial.facts().writeCancelled(batch, trial.now());

        trial.runToEnd(batch);

        assertThat(trial.published().requests(batch)).isEmpty();
    }

    @Test
    void backlogIsWhatIsNotPublished() throws IOException {
        Submission batch = trial.batch(PublishingTrial.lines(9_000));
        trial.submitter().submit(batch);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> session.backlog().publishing() == 1);
            assertThat(session.backlog().oldest()).isPresent();

            PublishingTrial.runUntil(session, () -> trial.published().isEnded(batch));

            // The submission that another test interrupts may have arrived only now.
            var nothing = new PublishingLoop.Backlog(0, 0, 0, 0, Optional.empty());
            PublishingTrial.runUntil(session, () -> session.backlog().equals(nothing));
        }
    }
}
