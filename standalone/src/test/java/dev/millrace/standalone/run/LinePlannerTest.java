package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.retry.StoredBatch;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import dev.millrace.standalone.run.estimate.JobCost;
import dev.millrace.standalone.run.estimate.RunEstimate;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests plans of runs that stop before any outcome, over a file that changes between the runs. */
class LinePlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-20T06:00:00Z");

    private final Path folder;
    private final Path file;
    private final String jdbcUrl;
    private final RunJournal journal;
    private final OutcomeLookup outcomes;

    LinePlannerTest(@TempDir Path folder) {
        this.folder = folder;
        file = folder.resolve("a.jsonl");
        journal = RunJournal.open(folder.resolve("runs.db"));
        jdbcUrl = "jdbc:sqlite:" + folder.resolve("millrace.db");
        outcomes = OutcomeLookup.open(jdbcUrl);
    }

    @AfterEach
    void close() {
        outcomes.close();
        journal.close();
    }

    private RunSettings settings() {
        return settings(1 << 20);
    }

    private RunSettings settings(int maxLineBytes) {
        return settings(maxLineBytes, null);
    }

    private RunSettings settings(int maxLineBytes, @Nullable String tenant, Path... files) {
        return new RunSettings(
                Stream.of(files.length == 0 ? new Path[] {file} : files)
                        .map(InputFile::of)
                        .toList(),
                file.resolveSibling("out.jsonl"),
                Long.MAX_VALUE,
                false,
                maxLineBytes,
                "millrace.requests",
                tenant,
                RunSettings.Spending.NONE,
                new Reuse.Undecided());
    }

    private LinePlanner plan(String... lines) throws IOException {
        return plan(settings(), lines);
    }

    /** Writes the first file, and plans a run. */
    private LinePlanner plan(RunSettings settings, String... lines) throws IOException {
        return plan(settings, new RunProgress(), lines);
    }

    private LinePlanner plan(RunSettings settings, RunProgress progress, String... lines)
            throws IOException {
        Files.write(settings.files().getFirst().content(), List.of(lines));
        var summary = InputSummary.read(settings, ConfigLoader.defaults());
        try (RunPlan plan = newPlan()) {
            var planner =
                    new LinePlanner(
                            settings,
                            summary,
                            plan,
                            outcomes,
                            progress,
                            new InputKeys(settings)::digest);
            planner.plan(_ -> true);
            plan.commit();
            return planner;
        }
    }

    private RunPlan newPlan() {
        return journal.newPlan(NOW, Duration.ofHours(24), _ -> false);
    }

    private List<PlannedLine> planned() {
        try (var cursor = journal.openPlan()) {
            return cursor.next(100);
        }
    }

    @Test
    void unpublishedLineThatReturnsIsPublished() throws IOException {
        plan("{\"a\":1}", "{\"b\":1}", "{\"c\":1}");
        journal.recordPublished(1);
        plan("{\"a\":1}", "{\"d\":1}", "{\"c\":1}");
        journal.recordPublished(2);

        plan("{\"a\":1}", "{\"b\":1}", "{\"c\":1}");

        assertThat(planned())
                .extracting(PlannedLine::action)
                .containsExactly(Action.WAIT, Action.PUBLISH, Action.WAIT);
    }

    @Test
    void movedLineIsKnownAsPublished() throws IOException {
        plan("{\"a\":1}", "{\"b\":1}", "{\"c\":1}");
        journal.recordPublished(1);
        plan("{\"c\":1}", "{\"a\":1}", "{\"b\":1}");
        journal.recordPublished(1);

        plan("{\"a\":1}", "{\"b\":1}", "{\"c\":1}");

        assertThat(planned())
                .extracting(PlannedLine::action)
                .containsExactly(Action.WAIT, Action.PUBLISH, Action.WAIT);
    }

    @Test
    void lineThatNoRunCouldPublishStaysUnpublished() throws IOException {
        for (int run = 1; run <= 3; run++) {
            plan("{\"a\":1}", "{\"b\":1}");

            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
        }
    }

    /** An earlier run has seen the rejection, and was stopped before the job ended. */
    @Test
    void lineThatIsRejectedAsADuplicateWaitsAsRejected() throws Exception {
        plan(request("1", "x"));
        journal.recordPublished(1);
        new StoredBatch().deadLetter("a.jsonl", 1, "duplicate").storeIn(folder);
        var progress = new RunProgress();

        plan(settings(), progress, request("1", "x"));

        assertThat(planned()).extracting(PlannedLine::action).containsExactly(Action.WAIT);
        assertThat(progress.rejected()).containsExactly(new PendingLine("a.jsonl", 1));
    }

    @Test
    void stoppedRunContinuesInTheSameBatch() throws IOException {
        String[] lines = new String[1_200];
        Arrays.setAll(lines, i -> "{\"line\":" + i + "}");
        Files.write(file, List.of(lines));
        var inputSummary = InputSummary.read(settings(), ConfigLoader.defaults());
        try (RunPlan plan = newPlan()) {
            var first =
                    new LinePlanner(
                            settings(),
                            inputSummary,
                            plan,
                            outcomes,
                            new RunProgress(),
                            new InputKeys(settings())::digest);
            assertThat(first.hasOnlyNewFiles()).isTrue();
            first.plan(
                    page -> {
                        plan.commit();
                        return false;
                    });
        }
        assertThat(planned()).isNotEmpty();

        plan(lines);

        try (var cursor = journal.openPlan()) {
            assertThat(cursor.next(1_200))
                    .hasSize(1_200)
                    .allMatch(it -> it.action() == Action.PUBLISH)
                    .allMatch(it -> it.line().batch().equals("a.jsonl"))
                    .allMatch(it -> it.line().line() == it.sourceLine());
        }
    }

    @Test
    void batchesOfUnfinishedLinesAreCollectedWithTheirTenants() throws IOException {
        LinePlanner planner =
                plan(
                        "{\"custom_id\":\"a\"}",
                        "{\"custom_id\":\"b\",\"millrace\":{\"tenant\":\"acme\"}}",
                        "{\"custom_id\":\"c\",\"millrace\":{\"batch\":\"own\"}}");

        assertThat(planner.batches())
                .containsExactlyInAnyOrder(
                        new BatchLimit("default", "a.jsonl"),
                        new BatchLimit("acme", "a.jsonl"),
                        new BatchLimit("default", "own"));
    }

    @Test
    void fileThatChangesAfterTheSummaryFailsTheRun() throws IOException {
        Files.writeString(file, "{\"a\":1}\n{}\n");
        var inputSummary = InputSummary.read(settings(), ConfigLoader.defaults());
        Files.writeString(file, "{\"b\":1}\n{}\n");

        try (RunPlan plan = newPlan()) {
            var planner =
                    new LinePlanner(
                            settings(),
                            inputSummary,
                            plan,
                            outcomes,
                            new RunProgress(),
                            new InputKeys(settings())::digest);

            assertThatThrownBy(() -> planner.plan(_ -> true))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("a.jsonl changed while it was being read");
        }
    }

    @Test
    void answersThatAreReusedTeachTheForecast() throws Exception {
        String[] lines = new String[11];
        Arrays.setAll(lines, i -> request("job-" + (i + 1), "hello"));
        assertThat(expectedRest(lines)).isEqualByComparingTo("22");
        journal.recordPublished(11);

        var stored = new StoredBatch();
        for (int line = 1; line <= 10; line++) {
            stored.result("a.jsonl", line, null);
        }
        stored.storeIn(folder);

        assertThat(expectedRest(lines)).isBetween(BigDecimal.ZERO, new BigDecimal("0.1"));
    }

    /**
     * Plans lines with an expected cost of 2 USD each; returns the cost of the unfinished lines.
     */
    private BigDecimal expectedRest(String... lines) throws IOException {
        var estimate = new LearnedEstimate();
        var _ = plan(settings(), new RunProgress(estimate), lines);
        return estimate.usd.multiply(BigDecimal.valueOf(estimate.planned));
    }

    /** Expects 2 USD for each job, or the cost of the last ended job. */
    private static final class LearnedEstimate implements RunEstimate {
        private BigDecimal usd = BigDecimal.TWO;
        private int planned;

        @Override
        public void onPlanned(JobId id, String tenant, RequestLine request) {
            planned++;
        }

        @Override
        public boolean wants(JobId endedBefore) {
            return true;
        }

        @Override
        public void learn(JobId id, String tenant, RequestLine request, JobCost cost) {
            usd = cost.usd();
        }
    }

    private static String request(String customId, String content) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"auto","messages":[{"role":"user","content":"%s"}]}}"""
                .formatted(customId, content);
    }

    private void storeResult(String customId, long line) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl);
                var insert =
                        connection.prepareStatement(
                                "insert into results (job_id, custom_id, tenant, batch, line,"
                                        + " status_code, attempts, cost_usd, queued_ms,"
                                        + " upstream_ms, finished_at, value) values (?, ?,"
                                        + " 'default', 'a.jsonl', ?, 200, 1, '0', 0, 0, '', '')")) {
            insert.setString(1, JobId.of("default", "a.jsonl", customId).value());
            insert.setString(2, customId);
            insert.setLong(3, line);
            insert.executeUpdate();
        }
    }

    /** A program has written equal requests with other white space, escapes and order. */
    @Nested
    class WhenTheLinesAreWrittenDifferently {
        private static String rewritten(String customId, String content) {
            return """
            { "body": {"messages" : [ {"content":"%s", "role":"\\u0075ser"} ], "model":"auto"}, "url":"\\/v1\\/chat\\/completions", "custom_id":"%s" }"""
                    .formatted(content, customId);
        }

        @BeforeEach
        void publish() throws IOException {
            plan(request("1", "x"), request("2", "y"));
            journal.recordPublished(2);
        }

        private List<String> messages(RunSettings settings, String... lines) throws IOException {
            LinePlanner planner = plan(settings, lines);
            return Stream.concat(planner.renamed().stream(), planner.changed().stream()).toList();
        }

        @Test
        void linesAreKnown() throws IOException {
            plan(rewritten("1", "x"), rewritten("2", "y"));

            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.WAIT);
        }

        @Test
        void otherContentIsNew() throws IOException {
            plan(rewritten("1", "x"), rewritten("2", "z"));

            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.WAIT, Action.PUBLISH);
        }

        @Test
        void numberThatIsWrittenDifferentlyIsNew() throws IOException {
            String line = request("3", "x").replace("\"model\"", "\"n\":1,\"model\"");
            plan(line);
            journal.recordPublished(1);
            plan(line);
            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.WAIT);

            plan(line.replace("\"n\":1", "\"n\":1.0"));

            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
        }

        @Test
        void runTellsHowManyAnswersAreReused() throws IOException, SQLException {
            storeResult("1", 1);

            assertThat(messages(settings(), rewritten("1", "x"), rewritten("2", "y")))
                    .containsExactly(
                            "a.jsonl has changed; the answers of 1 of its 2 lines are reused;"
                                    + " --fresh calls again");
            assertThat(messages(settings(), rewritten("1", "x"), rewritten("2", "y"))).isEmpty();
        }

        @Test
        void renamedFileIsKnown() throws IOException {
            RunSettings renamed = settings(1 << 20, null, file.resolveSibling("b.jsonl"));

            assertThat(messages(renamed, rewritten("1", "x"), rewritten("2", "y")))
                    .containsExactly(
                            "b.jsonl has the content of a.jsonl, whose answers are reused;"
                                    + " --fresh calls again");
            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.WAIT);
        }
    }

    /** The content of the file has moved to another name, and the file has other content. */
    @Nested
    class WhenTheFileIsRotated {
        private final Path old = file.resolveSibling("old.jsonl");
        private final RunProgress progress = new RunProgress();
        private List<String> renamed = List.of();

        @BeforeEach
        void publish() throws IOException {
            String[] lines = {request("1", "x"), request("2", "y")};
            plan(lines);
            journal.recordPublished(2);
            Files.write(old, List.of(lines));
        }

        private void storeResults() throws SQLException {
            storeResult("1", 1);
            storeResult("2", 2);
        }

        private List<Action> actionsOfBothFiles(String... current) throws IOException {
            renamed = plan(settings(1 << 20, null, file, old), progress, current).renamed();
            return planned().stream().map(PlannedLine::action).toList();
        }

        @Test
        void renamedLinesAreNotPaidAgain() throws IOException, SQLException {
            storeResults();

            assertThat(actionsOfBothFiles(request("1", "today")))
                    .containsExactly(Action.PUBLISH, Action.REUSE, Action.REUSE);
            assertThat(renamed)
                    .containsExactly(
                            "old.jsonl has the content of a.jsonl, whose answers are reused;"
                                    + " --fresh calls again");
        }

        @Test
        void renamedLinesAreNotPaidAgainAfterARunOfTheNewFile() throws IOException, SQLException {
            storeResults();
            plan(request("1", "today"));

            assertThat(actionsOfBothFiles(request("1", "today")))
                    .containsExactly(Action.PUBLISH, Action.REUSE, Action.REUSE);
        }

        @Test
        void linesOfBothFilesAreNotPaidAgain() throws IOException, SQLException {
            storeResults();
            String[] appended = {request("1", "x"), request("2", "y"), request("3", "z")};

            for (int run = 1; run <= 2; run++) {
                assertThat(actionsOfBothFiles(appended))
                        .containsExactly(
                                Action.REUSE,
                                Action.REUSE,
                                Action.PUBLISH,
                                Action.REUSE,
                                Action.REUSE);
            }
        }

        @Test
        void unpublishedLineOfBothFilesIsPublishedOnce() throws IOException {
            plan(request("1", "x"), request("2", "y"), request("3", "z"));
            Files.write(old, List.of(request("1", "x"), request("2", "y"), request("3", "z")));

            assertThat(actionsOfBothFiles(request("3", "z"), request("4", "a")))
                    .containsExactly(
                            Action.PUBLISH, Action.PUBLISH, Action.WAIT, Action.WAIT, Action.REUSE);
        }

        @Test
        void runWaitsOnceForALineOfBothFiles() throws IOException {
            assertThat(actionsOfBothFiles(request("1", "x"), request("3", "z")))
                    .containsExactly(Action.WAIT, Action.PUBLISH, Action.REUSE, Action.WAIT);
            assertThat(progress.pending()).isEqualTo(3);
        }
    }

    @Nested
    class WhenTheLimitIsRaisedForALongLine {
        private final RunSettings low = settings(1 << 10);
        private final RunSettings high = settings(1 << 20);
        private final String[] lines = {request("1", "x".repeat(2_000)), request("2", "y")};

        @BeforeEach
        void publishUnderTheLowLimit() throws IOException {
            plan(low, lines);
            journal.recordPublished(2);
        }

        @Test
        void lineIsPublishedEvenIfTheNextRunIsKilledBeforePublishing() throws IOException {
            plan(high, lines);
            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.PUBLISH, Action.WAIT);

            plan(high, lines);

            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.PUBLISH, Action.WAIT);
        }

        @Test
        void lineIsNotARepeatOfItsOwnRejection() throws IOException {
            plan(high, lines);

            var line = planned().getFirst().line();
            assertThat(line.batch()).isEqualTo("a.jsonl#2");
            assertThat(line.isRepeat()).isFalse();
        }
    }

    /** The user edits the file while a run reads it, reverts the edit and runs again. */
    @Nested
    class WhenAnEditIsRevertedAfterItWasPublished {
        private final List<String> good = List.of(request("1", "good"), request("2", "good"));

        @BeforeEach
        void publishTheEdit() throws IOException {
            Files.write(file, good);
            var inputSummary = InputSummary.read(settings(), ConfigLoader.defaults());
            Files.write(file, List.of(request("2", "bad")));
            try (RunPlan plan = newPlan()) {
                var planner =
                        new LinePlanner(
                                settings(),
                                inputSummary,
                                plan,
                                outcomes,
                                new RunProgress(),
                                new InputKeys(settings())::digest);
                assertThatThrownBy(
                                () ->
                                        planner.plan(
                                                _ -> {
                                                    plan.commit();
                                                    return true;
                                                }))
                        .isInstanceOf(UserError.class);
            }
            journal.recordPublished(1);
        }

        @Test
        void linesArePublishedInANewBatchWithoutRepeats() throws IOException {
            plan(good.toArray(String[]::new));

            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
            assertThat(planned()).extracting(it -> it.line().batch()).containsOnly("a.jsonl#2");
            assertThat(planned()).extracting(it -> it.line().isRepeat()).containsOnly(false);
        }
    }

    /** A run is killed after planning; then the request topic gets a tenant. */
    @Nested
    class WhenATenantIsBoundBeforePublishing {
        private static final String REQUEST =
                """
                {"custom_id":"1","url":"/v1/chat/completions","millrace":{"tenant":"%s"},"body":{"model":"auto","messages":[{"role":"user","content":"x"}]}}""";

        @BeforeEach
        void planWithoutAndWithTheTenant() throws IOException {
            String[] lines = {REQUEST.formatted("one"), REQUEST.formatted("two")};
            plan(settings(), lines);
            assertThat(planned()).extracting(it -> it.line().isRepeat()).containsOnly(false);

            plan(settings(1 << 20, "acme"), lines);
        }

        @Test
        void jobIdsContainTheTenant() {
            String jobId = JobId.of("acme", "a.jsonl", "1").value();
            assertThat(planned()).extracting(it -> it.line().jobId()).containsOnly(jobId);
            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
        }

        @Test
        void linesThatNamedDifferentTenantsBecomeRepeats() {
            assertThat(planned())
                    .extracting(it -> it.line().isRepeat())
                    .containsExactly(false, true);
        }
    }

    /** Another file used this batch and custom_id after the router had forgotten the job. */
    @Nested
    class WhenAnotherLineHasOverwrittenTheResult {
        private final String[] lines = {request("1", "x"), request("2", "y"), request("2", "z")};

        @BeforeEach
        void storeTheResultsOfOtherLines() throws IOException, SQLException {
            plan(lines);
            journal.recordPublished(3);
            storeResult("1", 7);
            storeResult("2", 2);
        }

        @Test
        void lineIsPublishedInANewBatch() throws IOException {
            plan(lines);

            assertThat(planned().getFirst().action()).isEqualTo(Action.PUBLISH);
            assertThat(planned().getFirst().line().batch()).isEqualTo("a.jsonl#2");
        }

        @Test
        void repeatWaitsForItsDeadLetter() throws IOException {
            plan(lines);

            assertThat(planned().subList(1, 3))
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.REUSE, Action.WAIT);
        }
    }
}
