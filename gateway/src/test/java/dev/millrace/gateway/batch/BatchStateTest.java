package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.BatchUsage;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Ended;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BatchStateTest {
    private static final Instant CREATED = Instant.parse("2026-11-20T08:00:00Z");
    private static final Instant EXPIRES = CREATED.plus(Duration.ofHours(24));
    private static final Instant SOON = CREATED.plusSeconds(60);
    private static final Submission BATCH =
            new Submission(
                    "batch_0123456789abcdef0123456789abcdef",
                    "acme",
                    new Submission.InputFile("file-1", Optional.empty()),
                    Endpoint.CHAT_COMPLETIONS,
                    "24h",
                    Map.of("team", "a"),
                    CREATED,
                    EXPIRES,
                    Submission.Spending.NONE,
                    Optional.empty(),
                    "ada",
                    Optional.empty());
    private static final Optional<Checked> CHECKED = Optional.of(new Checked(SOON, 10, List.of()));
    private static final Optional<Published> PUBLISHED = Optional.of(new Published(SOON, 10));

    private static BatchFacts facts(
            Optional<Checked> checked, Optional<Published> published, Optional<Instant> cancelled) {
        return new BatchFacts(BATCH, checked, published, cancelled, Optional.empty());
    }

    private static BatchCounts counts(long succeeded, long failed, Map<String, Long> errors) {
        return new BatchCounts(
                succeeded, failed, 0, Optional.of(EXPIRES.plusSeconds(1)), errors, BatchUsage.NONE);
    }

    private static Status status(BatchFacts facts, BatchCounts counts, Instant now) {
        return BatchState.of(facts, counts, now).status();
    }

    @Test
    void batchIsValidatedUntilItsLinesAreChecked() {
        BatchFacts facts = facts(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(status(facts, BatchCounts.NONE, SOON)).isEqualTo(Status.VALIDATING);
    }

    @Test
    void wrongFileFailsTheBatchWithLineNumbers() {
        var error = new LineError(Optional.of(4L), "invalid_json_line", "no", Optional.empty());
        BatchState state =
                BatchState.of(
                        facts(
                                Optional.of(new Checked(SOON, 4, List.of(error))),
                                Optional.empty(),
                                Optional.empty()),
                        BatchCounts.NONE,
                        SOON);

        JsonNode json = BatchJson.of(state);
        assertThat(json.path("status").stringValue()).isEqualTo("failed");
        assertThat(json.path("failed_at").longValue()).isEqualTo(SOON.getEpochSecond());
        assertThat(json.path("errors").path("object").stringValue()).isEqualTo("list");
        JsonNode first = json.path("errors").path("data").get(0);
        assertThat(first.path("line").longValue()).isEqualTo(4);
        assertThat(first.path("code").stringValue()).isEqualTo("invalid_json_line");
        assertThat(json.path("in_progress_at").isNull()).isTrue();
    }

    @Test
    void batchIsInProgressUntilEveryPublishedLineHasEnded() {
        BatchFacts running = facts(CHECKED, PUBLISHED, Optional.empty());

        assertThat(
                        status(
                                facts(CHECKED, Optional.empty(), Optional.empty()),
                                counts(10, 0, Map.of()),
                                SOON))
                .isEqualTo(Status.IN_PROGRESS);
        assertThat(status(running, counts(9, 0, Map.of()), SOON)).isEqualTo(Status.IN_PROGRESS);
        assertThat(status(running, counts(9, 0, Map.of()), EXPIRES)).isEqualTo(Status.FINALIZING);
        assertThat(status(running, counts(9, 1, Map.of("timeout", 1L)), SOON))
                .isEqualTo(Status.COMPLETED);
    }

    @Test
    void expectedEndIncludesTheTimeForWhichJobsWait() {
        BatchCounts ending =
                counts(1, 0, Map.of()).endingAt(Optional.of(SOON.plusSeconds(30 * 60)));
        BatchState running =
                BatchState.of(facts(CHECKED, PUBLISHED, Optional.empty()), ending, SOON);
        var wait =
                new Waiting(
                        "m",
                        Optional.empty(),
                        WaitingReason.CHEAPER_HOUR,
                        "",
                        Optional.of(SOON.plusSeconds(60 * 60)),
                        7);

        assertThat(running.withWaits(List.of(), SOON).counts().estimatedEnd())
                .contains(SOON.plusSeconds(30 * 60).truncatedTo(ChronoUnit.MINUTES));
        JsonNode json = BatchJson.of(running.withWaits(List.of(wait), SOON));

        assertThat(json.at("/millrace/estimated_end").stringValue())
                .isEqualTo(SOON.plusSeconds(90 * 60).truncatedTo(ChronoUnit.MINUTES).toString());
    }

    @Test
    void runningBatchTellsWhyItsJobsWait() {
        BatchState running =
                BatchState.of(
                        facts(CHECKED, PUBLISHED, Optional.empty()), counts(9, 0, Map.of()), SOON);
        var wait =
                new Waiting(
                        "",
                        Optional.empty(),
                        WaitingReason.BUDGET,
                        "batch/acme/b: 1 of 1 USD spent, 0 reserved",
                        Optional.of(EXPIRES),
                        7);

        JsonNode json = BatchJson.of(running.withWaits(List.of(wait), SOON));

        assertThat(json.path("millrace").path("waiting").toString())
                .isEqualTo(
                        "[{\"reason\":\"budget\",\"value\":\"batch/acme/b: 1 of 1 USD spent, 0"
                                + " reserved\",\"until\":\""
                                + EXPIRES
                                + "\",\"jobs\":7}]");
        assertThat(BatchJson.of(running).path("millrace").path("waiting").isEmpty()).isTrue();
    }

    @Test
    void completedBatchNamesItsFilesAndCounts() {
        JsonNode json =
                BatchJson.of(
                        BatchState.of(
                                facts(CHECKED, PUBLISHED, Optional.empty()),
                                counts(9, 1, Map.of("timeout", 1L)),
                                EXPIRES));

        assertThat(json.path("output_file_id").stringValue())
                .isEqualTo("file-0123456789abcdef0123456789abcdef-output");
        assertThat(json.path("error_file_id").stringValue())
                .isEqualTo("file-0123456789abcdef0123456789abcdef-error");
        assertThat(json.path("request_counts").path("total").longValue()).isEqualTo(10);
        assertThat(json.path("request_counts").path("completed").longValue()).isEqualTo(9);
        assertThat(json.path("request_counts").path("failed").longValue()).isEqualTo(1);
        assertThat(json.path("completed_at").isNumber()).isTrue();
        assertThat(json.path("expires_at").longValue()).isEqualTo(EXPIRES.getEpochSecond());
        assertThat(json.path("metadata").path("team").stringValue()).isEqualTo("a");
    }

    @Test
    void windowThatEndsBeforeSomeJobsExpiresTheBatch() {
        BatchState state =
                BatchState.of(
                        facts(CHECKED, PUBLISHED, Optional.empty()),
                        counts(4, 6, Map.of("deadline_exceeded", 6L)),
                        EXPIRES.plusSeconds(5));

        JsonNode json = BatchJson.of(state);
        assertThat(json.path("status").stringValue()).isEqualTo("expired");
        assertThat(json.path("expired_at").longValue()).isEqualTo(EXPIRES.getEpochSecond());
        assertThat(json.path("output_file_id").isString()).isTrue();
        assertThat(json.path("error_file_id").isString()).isTrue();
    }

    @Test
    void cancelledBatchIsCancellingUntilItsPublishedLinesHaveEnded() {
        Optional<Instant> cancelled = Optional.of(SOON);
        var partly = Optional.of(new Published(SOON, 4));

        assertThat(
                        status(
                                facts(Optional.empty(), Optional.empty(), cancelled),
                                BatchCounts.NONE,
                                SOON))
                .isEqualTo(Status.CANCELLING);
        assertThat(status(facts(CHECKED, partly, cancelled), counts(1, 2, Map.of()), SOON))
                .isEqualTo(Status.CANCELLING);
        assertThat(
                        status(
                                facts(CHECKED, partly, cancelled),
                                counts(1, 3, Map.of("cancelled", 3L)),
                                SOON))
                .isEqualTo(Status.CANCELLED);
    }

    @Test
    void endedBatchStaysAsItWasWhateverTheSinkHasForgotten() {
        var facts =
                new BatchFacts(
                        BATCH,
                        CHECKED,
                        PUBLISHED,
                        Optional.empty(),
                        Optional.of(
                                new Ended(
                                        "completed",
                                        SOON,
                                        9,
                                        1,
                                        2,
                                        Map.of("cancelled", 1L),
                                        Optional.empty())));

        BatchState state = BatchState.of(facts, BatchCounts.NONE, EXPIRES.plusSeconds(99));

        assertThat(state.status()).isEqualTo(Status.COMPLETED);
        assertThat(state.counts().succeeded()).isEqualTo(9);
        assertThat(state.counts().failed()).isEqualTo(1);
        assertThat(state.failed()).isEqualTo(3);
        assertThat(state.counts().errors("cancelled")).isEqualTo(1);
    }
}
