package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.EarlierAnswers.Answered;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An earlier run has published four lines; two have an answer, one an error, one no outcome. */
class EarlierAnswersTest {
    private static final Instant NOW = Instant.parse("2026-11-20T06:00:00Z");
    private static final String BATCH = "a.jsonl";

    private final Path folder;
    private final RunJournal journal;
    private final OutcomeLookup outcomes;
    private final String[] lines = {
        request("1", "w"), request("2", "x"), request("3", "y"), request("4", "z")
    };

    EarlierAnswersTest(@TempDir Path folder) {
        this.folder = folder;
        journal = RunJournal.open(folder.resolve("runs.db"));
        outcomes = OutcomeLookup.open(jdbcUrl());
    }

    private String jdbcUrl() {
        return "jdbc:sqlite:" + folder.resolve("millrace.db");
    }

    @BeforeEach
    void runOnce() throws IOException, SQLException {
        plan(settings("a.jsonl", new Reuse.Undecided(), lines));
        journal.recordPublished(4);
        store("1", 1, 200, null);
        store("2", 2, 200, null);
        store("3", 3, 500, "server_error");
    }

    @AfterEach
    void close() {
        outcomes.close();
        journal.close();
    }

    private static String request(String customId, String content) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"auto","messages":[{"role":"user","content":"%s"}]}}"""
                .formatted(customId, content);
    }

    private void store(String customId, long line, int status, @Nullable String error)
            throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl());
                var insert =
                        connection.prepareStatement(
                                "insert into results (job_id, custom_id, tenant, batch, line,"
                                        + " status_code, error_code, attempts, cost_usd,"
                                        + " queued_ms, upstream_ms, finished_at, value) values (?, ?,"
                                        + " 'default', 'a.jsonl', ?, ?, ?, 1, '0', 0, 0, '', '')")) {
            insert.setString(1, JobId.of("default", BATCH, customId).value());
            insert.setString(2, customId);
            insert.setLong(3, line);
            insert.setInt(4, status);
            insert.setString(5, error);
            insert.executeUpdate();
        }
    }

    private RunSettings settings(String file, Reuse reuse, String... content) throws IOException {
        return settingsOf(null, file, reuse, content);
    }

    private RunSettings settingsOf(
            @Nullable String tenant, String file, Reuse reuse, String... content)
            throws IOException {
        Path path = Files.write(folder.resolve(file), List.of(content));
        return new RunSettings(
                List.of(InputFile.of(path)),
                folder.resolve("out.jsonl"),
                Long.MAX_VALUE,
                false,
                1 << 20,
                "millrace.requests",
                tenant,
                RunSettings.Spending.NONE,
                reuse);
    }

    private LinePlanner plan(RunSettings settings) throws IOException {
        var summary = InputSummary.read(settings, ConfigLoader.defaults());
        try (RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
            var planner =
                    new LinePlanner(
                            settings,
                            summary,
                            plan,
                            outcomes,
                            new RunProgress(),
                            new InputKeys(settings)::digest);
            planner.plan(_ -> true);
            plan.commit();
            return planner;
        }
    }

    private List<PlannedLine> planned() {
        try (var cursor = journal.openPlan()) {
            return cursor.next(100);
        }
    }

    private List<Answered> find(RunSettings settings) throws IOException {
        return new EarlierAnswers(settings, journal, outcomes, new InputKeys(settings))
                .find(InputSummary.read(settings, ConfigLoader.defaults()).digests());
    }

    private List<Answered> find(String file, String... content) throws IOException {
        return find(settings(file, new Reuse.Undecided(), content));
    }

    @Test
    void newFileWithAnsweredLinesNamesTheBatchAndBothOptions() throws IOException {
        assertThat(find("b.jsonl", lines[0], lines[1], request("3", "edited")))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.isLargePart()).isTrue();
                            assertThat(it.text())
                                    .isEqualTo(
                                            "2 of the 3 lines of b.jsonl were answered in batch"
                                                    + " a.jsonl (2026-11-20)");
                            assertThat(it.advice())
                                    .isEqualTo(
                                            "To use these answers and call only the other line,"
                                                    + " add --reuse a.jsonl. To call all 3 lines,"
                                                    + " and pay for them, add --no-reuse");
                        });
    }

    @Test
    void onlyAnsweredLinesCount() throws IOException {
        assertThat(find("b.jsonl", lines[2], lines[3], request("9", "new"))).isEmpty();
    }

    @Test
    void lineWithAnotherBodyOrIdDoesNotCount() throws IOException {
        assertThat(find("b.jsonl", request("1", "edited"), request("9", "x"))).isEmpty();
    }

    @Test
    void lineOfAnotherUrlDoesNotCount() throws IOException {
        assertThat(find("b.jsonl", lines[0].replace("/v1/chat/completions", "/v1/responses")))
                .isEmpty();
    }

    @Test
    void linesOfAnotherTenantDoNotCount() throws IOException {
        assertThat(find(settingsOf("globex", "b.jsonl", new Reuse.Undecided(), lines[0], "{}")))
                .isEmpty();
    }

    @Test
    void fewAnsweredLinesAreNoLargePart() throws IOException {
        assertThat(find("b.jsonl", lines[0], "{\"a\":1}", "{\"b\":1}"))
                .singleElement()
                .satisfies(it -> assertThat(it.isLargePart()).isFalse());
    }

    @Test
    void knownFileNeedsNoDecision() throws IOException {
        assertThat(find("a.jsonl", lines[0], lines[1])).isEmpty();
        assertThat(find("renamed.jsonl", lines)).isEmpty();
    }

    @Test
    void repeatedLineCountsAsOftenAsTheBatchHasIt() throws IOException {
        assertThat(find("b.jsonl", lines[0], lines[0], lines[0]))
                .singleElement()
                .extracting(Answered::answered)
                .isEqualTo(1L);
    }

    @Nested
    class WhenABatchIsReused {
        private final Reuse reuse = new Reuse.Batch(BATCH);

        @Test
        void onlyLinesWithoutAnAnswerAreCalled() throws IOException {
            LinePlanner planner =
                    plan(
                            settings(
                                    "b.jsonl",
                                    reuse,
                                    request("9", "new"),
                                    lines[3],
                                    lines[2],
                                    lines[1],
                                    request("1", "edited")));

            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(
                            Action.PUBLISH,
                            Action.WAIT,
                            Action.PUBLISH,
                            Action.REUSE,
                            Action.PUBLISH);
            assertThat(planner.renamed()).isEmpty();
            assertThat(planner.changed())
                    .containsExactly(
                            "1 of the 5 lines of b.jsonl get their answers from batch a.jsonl");
        }

        @Test
        void newJobsBelongToTheBatchOfTheNewFile() throws IOException {
            plan(settings("b.jsonl", reuse, lines[0], request("2", "edited")));

            assertThat(planned())
                    .extracting(it -> it.line().batch())
                    .containsExactly("a.jsonl", "b.jsonl#2");
        }

        @Test
        void earlierBatchKeepsItsLines() throws IOException {
            plan(settings("b.jsonl", reuse, lines[0], request("2", "edited")));

            plan(settings("a.jsonl", new Reuse.Undecided(), lines));

            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.REUSE, Action.REUSE, Action.REUSE, Action.WAIT);
        }

        @Test
        void repeatedCommandCallsNothingAgain() throws IOException {
            String[] edited = {lines[0], lines[1], request("3", "edited")};
            plan(settings("b.jsonl", reuse, edited));
            journal.recordPublished(1);

            plan(settings("b.jsonl", reuse, edited));

            assertThat(planned())
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.REUSE, Action.REUSE, Action.WAIT);
        }

        @Test
        void fileThatHasBeenRunIsRefused() throws IOException {
            plan(settings("b.jsonl", new Reuse.None(), request("9", "new")));

            assertThatThrownBy(() -> plan(settings("b.jsonl", reuse, lines[0], lines[1])))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("b.jsonl has been run before, as batch b.jsonl")
                    .hasMessageContaining("another name");
        }

        @Test
        void onlyLinesOfTheNewFileAreAnnounced() throws IOException {
            String[] edited = {lines[0], lines[3], request("2", "edited")};

            for (int run = 1; run <= 2; run++) {
                assertThat(plan(settings("b.jsonl", reuse, edited)).manifests(NOW, "ada"))
                        .singleElement()
                        .satisfies(
                                it -> {
                                    assertThat(it.batch()).isEqualTo("b.jsonl#2");
                                    assertThat(it.lines()).isEqualTo(1);
                                });
            }
        }

        @Test
        void answersOfAnotherTenantAreNotUsed() throws IOException {
            plan(settingsOf("globex", "b.jsonl", reuse, lines[0], lines[1]));

            assertThat(planned()).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
        }

        @Test
        void batchWithoutAnAnswerIsRefused() throws IOException {
            LinePlanner planner = plan(settings("b.jsonl", reuse, request("9", "new")));

            assertThatThrownBy(planner::changed)
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("batch a.jsonl has no answer");
        }

        @Test
        void unknownBatchIsRefusedWithTheKnownOnes() {
            assertThatThrownBy(
                            () -> plan(settings("b.jsonl", new Reuse.Batch("c.jsonl"), lines[0])))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("c.jsonl; the latest are a.jsonl");
        }
    }
}
