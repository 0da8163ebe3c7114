package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests retries of one batch that were accepted before either gateway could see the other retry.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimultaneousRetriesIT {
    private PublishingTrial trial;

    @BeforeAll
    void start(@TempDir Path folder) {
        trial = new PublishingTrial(folder);
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    /** Returns the id of a batch that is older than all its retries. */
    private static String earlierBatch() {
        return BatchApi.OPENAI.prefix()
                + "0000"
                + UUID.randomUUID().toString().replace("-", "").substring(4);
    }

    private Submission accepted(String batch) throws IOException {
        Submission retry = trial.retry(batch, PublishingTrial.lines(3));
        trial.submitter().submit(retry);
        return retry;
    }

    private List<String> errors(Submission retry) throws IOException {
        return trial.facts(retry).checked().orElseThrow().errors().stream()
                .map(it -> it.code())
                .toList();
    }

    @Test
    void oneGatewayPublishesOneOfThem() throws IOException {
        String batch = earlierBatch();
        Submission one = accepted(batch);
        Submission two = accepted(batch);

        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(
                    session,
                    () -> trial.published().isEnded(one) && trial.published().isEnded(two));
        }

        assertThat(trial.published().requests(one).size() + trial.published().requests(two).size())
                .isEqualTo(3);
        assertThat(Stream.concat(errors(one).stream(), errors(two).stream()))
                .containsExactly("already_retried");
    }

    @Test
    void twoGatewaysNeverPublishBoth() throws IOException {
        String batch = earlierBatch();
        Submission one = accepted(batch);
        Submission two = accepted(batch);

        try (PublishingSession first = trial.session();
                PublishingSession second = trial.session()) {
            PublishingTrial.runUntil(
                    first,
                    () -> {
                        second.runOnce();
                        return trial.published().isEnded(one) && trial.published().isEnded(two);
                    });
        }

        for (Submission retry : List.of(one, two)) {
            assertThat(trial.published().requests(retry)).hasSize(errors(retry).isEmpty() ? 3 : 0);
        }
        assertThat(Stream.concat(errors(one).stream(), errors(two).stream()))
                .isNotEmpty()
                .containsOnly("already_retried");
    }

    @Test
    void retryThatHasPassedItsCheckIsPublished() throws IOException {
        String batch = earlierBatch();
        Submission checked = accepted(batch);
        trial.facts().writeChecked(checked, new Checked(trial.now(), 3, List.of()));
        Submission later = accepted(batch);

        try (PublishingSession session = trial.session()) {
            PublishingTrial.runUntil(
                    session,
                    () -> trial.published().isEnded(checked) && trial.published().isEnded(later));
        }

        trial.assertEachLineOnce(checked, 3);
        assertThat(trial.published().requests(later)).isEmpty();
        assertThat(errors(later)).containsExactly("already_retried");
    }
}
