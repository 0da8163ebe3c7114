package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant with many batches, beside another one. All submissions are in one partition. */
class TenantTurnsIT {
    private static final int LINES = 2;

    private PublishingTrial trial;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        trial = new PublishingTrial(folder);
        // In a partition without an offset, no batch overtakes another.
        trial.runToEnd(submit("quiet", 1).getFirst());
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    @Test
    void batchOfAnotherTenantWaitsForOneTurn() throws IOException {
        List<Submission> noisy = submit("noisy", 60);
        Submission quiet = submit("quiet", 1).getFirst();
        try (PublishingSession session = trial.session()) {
            runUntilPublished(session, quiet);

            assertThat(published(noisy)).isLessThan(10);
        }

        // A successor publishes the rest, and nothing again.
        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(session, () -> published(noisy) == noisy.size());
            PublishingTrial.runUntil(session, () -> session.backlog().oldest().isEmpty());
        }
        var topics = trial.records().topics();
        long batches = noisy.size() + 2L;
        assertThat(trial.published().count(topics.requests())).isEqualTo(batches * LINES);
        assertThat(trial.published().count(topics.batches())).isEqualTo(batches);
    }

    @Test
    void batchBehindMoreBatchesThanAreReadAtOnceWaitsForAFewTurns() throws IOException {
        List<Submission> noisy = submit("noisy", 1_200);
        Submission quiet = submit("quiet", 1).getFirst();
        try (PublishingSession session = trial.session()) {
            runUntilPublished(session, quiet);
        }

        assertThat(published(noisy)).isLessThan(100);
    }

    private List<Submission> submit(String tenant, int count) throws IOException {
        var batches = new ArrayList<Submission>();
        for (int i = 0; i < count; i++) {
            batches.add(trial.batchOf(tenant, PublishingTrial.lines(LINES)));
            trial.submitter().submit(batches.getLast());
        }
        return batches;
    }

    /** Runs a session whose turns end with each batch. */
    private void runUntilPublished(PublishingSession session, Submission batch) {
        PublishingTrial.runUntil(
                session,
                () -> {
                    trial.pass(Duration.ofSeconds(1));
                    return trial.facts(batch).published().isPresent();
                });
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
}
