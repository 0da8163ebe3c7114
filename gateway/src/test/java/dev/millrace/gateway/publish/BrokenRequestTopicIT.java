package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.Submission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A tenant whose request topic cannot be written, beside others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenRequestTopicIT {
    /** So many that every partition of the submissions has one of them. */
    private static final int BROKEN_BATCHES = 6;

    private PublishingTrial trial;

    @BeforeAll
    void start(@TempDir Path folder) {
        trial = new PublishingTrial(folder);
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    @Test
    void itsBatchesWaitAloneAndContinueOnceTheTopicIsThere() throws Exception {
        List<Submission> broken = new ArrayList<>();
        List<Submission> others = new ArrayList<>();
        for (int i = 0; i < BROKEN_BATCHES; i++) {
            broken.add(trial.brokenBatch(PublishingTrial.lines(3)));
            trial.submitter().submit(broken.getLast());
        }
        for (int i = 0; i < 3; i++) {
            others.add(trial.batch(PublishingTrial.lines(3)));
            trial.submitter().submit(others.getLast());
        }
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(
                    session, () -> others.stream().allMatch(trial.published()::isEnded));

            assertThat(broken).noneMatch(trial.published()::isEnded);
            PublishingTrial.runUntil(
                    session, () -> session.backlog().postponed() == BROKEN_BATCHES);
        }

        // A successor knows what is postponed, and that it is not due.
        try (PublishingSession session = trial.session()) {
            Submission late = trial.batch(PublishingTrial.lines(3));
            trial.submitter().submit(late);
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(late));
            PublishingTrial.runUntil(
                    session, () -> session.backlog().postponed() == BROKEN_BATCHES);
            createTopic();
            trial.pass(Duration.ofSeconds(6));
            PublishingTrial.runUntil(
                    session, () -> broken.stream().allMatch(trial.published()::isEnded));
        }
        for (Submission each : broken) {
            assertThat(
                            trial.facts()
                                    .find(each.tenant(), each.id())
                                    .flatMap(BatchFacts::published)
                                    .map(BatchFacts.Published::lines))
                    .contains(3L);
        }
        assertThat(trial.published().count(PublishingTrial.BROKEN_TOPIC))
                .isEqualTo(3L * BROKEN_BATCHES);
    }

    private void createTopic() throws Exception {
        try (var admin = Admin.create(Map.<String, Object>copyOf(trial.cluster().client()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            PublishingTrial.BROKEN_TOPIC,
                                            Optional.of(1),
                                            Optional.empty())))
                    .all()
                    .get();
        }
    }
}
