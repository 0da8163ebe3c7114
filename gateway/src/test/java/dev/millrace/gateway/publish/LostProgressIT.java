package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches whose progress Kafka has deleted. */
class LostProgressIT {
    @Test
    void batchFailsWhenAShortWindowOfRepeatsIsOver(@TempDir Path folder) throws IOException {
        try (var trial = new PublishingTrial(folder)) {
            trial.repeatsWindow(Duration.ofHours(1));
            Submission batch = trial.batch(PublishingTrial.lines(3));
            trial.submitter().submit(batch);
            trial.facts().writeChecked(batch, new Checked(trial.now(), 3, List.of()));
            trial.pass(Duration.ofHours(2));

            trial.runToEnd(batch);

            assertThat(trial.published().requests(batch)).isEmpty();
        }
    }

    @Test
    void batchFailsWithAdviceThatPaysNoLineTwice(@TempDir Path folder) throws IOException {
        try (var trial = new PublishingTrial(folder)) {
            Submission batch = trial.batch(PublishingTrial.lines(3));
            trial.submitter().submit(batch);
            trial.facts().writeChecked(batch, new Checked(trial.now(), 3, List.of()));
            trial.pass(Duration.ofHours(24));

            trial.runToEnd(batch);

            assertThat(trial.published().requests(batch)).isEmpty();
            LineError error = trial.facts(batch).checked().orElseThrow().errors().getFirst();
            assertThat(error.code()).isEqualTo("progress_lost");
            // A failed batch cannot be retried.
            assertThat(error.message())
                    .contains("/v1/batches/" + batch.id() + "/results", "in a new file")
                    .doesNotContain("retry");
        }
    }
}
