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
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a tenant with an unwritable request topic, beside other tenants. */
class BrokenRequestTopicIT {
    private PublishingTrial trial;

    @BeforeEach
    void start(@TempDir Path folder) {
        trial = new PublishingTrial(folder);
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    @Test
    void itsBatchesWaitAloneAndContinueOnceTheTopicIsThere() throws Exception {
        List<Submission> broken = brokenBatches();
        List<Submission> others = new ArrayList<>();
        for (Submission each : broken) {
            trial.submitter().submit(each);
        }
        for (int i = 0; i < 3; i++) {
            others.add(trial.batch(PublishingTrial.lines(3)));
            trial.submitter().submit(others.getLast());
        }
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(
                    session, () -> others.stream().allMatch(trial.published()::isEnded));

            assertThat(broken).noneMatch(trial.published()::isEnded);
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == broken.size());
        }

        // A successor knows which batches are postponed, and that they are not due.
        try (PublishingSession session = trial.session()) {
            Submission late = trial.batch(PublishingTrial.lines(3));
            trial.submitter().submit(late);
            PublishingTrial.runUntil(session, () -> trial.published().isEnded(late));
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == broken.size());
            createTopic();
            PublishingTrial.runUntil(
                    session,
                    () -> {
                        // The broker knows a new topic a moment after its controller.
                        trial.pass(Duration.ofSeconds(1));
                        return broken.stream().allMatch(trial.published()::isEnded);
                    });
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
                .isEqualTo(3L * broken.size());
    }

    @Test
    void batchWhoseTopicIsDeletedWhileItIsPublishedWaitsAlone() throws Exception {
        createTopic();
        Submission broken = trial.brokenBatch(PublishingTrial.lines(5_000));
        Submission other = trial.batch(PublishingTrial.lines(3));
        trial.submitter().submit(broken);
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(
                    session, () -> trial.published().count(PublishingTrial.BROKEN_TOPIC) > 0);
            deleteTopic();
            trial.submitter().submit(other);

            PublishingTrial.runUntil(session, () -> trial.published().isEnded(other));
            PublishingTrial.runUntil(session, () -> session.backlog().postponed() == 1);
        }
        assertThat(trial.published().isEnded(broken)).isFalse();
    }

    /** Returns one batch for every partition of the submissions. */
    private List<Submission> brokenBatches() {
        var batches = new TreeMap<Integer, Submission>();
        while (batches.size() < trial.partitions()) {
            Submission batch = trial.brokenBatch(PublishingTrial.lines(3));
            batches.putIfAbsent(trial.partition(batch), batch);
        }
        return List.copyOf(batches.values());
    }

    private void deleteTopic() throws Exception {
        try (var admin = Admin.create(Map.<String, Object>copyOf(trial.cluster().client()))) {
            admin.deleteTopics(List.of(PublishingTrial.BROKEN_TOPIC)).all().get();
        }
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
