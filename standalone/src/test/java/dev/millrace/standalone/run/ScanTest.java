package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are stopped before anything is answered, over a file that changes between them. */
class ScanTest {
    private static final Instant NOW = Instant.parse("2026-11-20T06:00:00Z");

    private final Path file;
    private final String jdbcUrl;
    private final RunJournal journal;
    private final Answers answers;

    ScanTest(@TempDir Path folder) {
        file = folder.resolve("a.jsonl");
        journal = RunJournal.open(folder.resolve("runs.db"));
        jdbcUrl = "jdbc:sqlite:" + folder.resolve("millrace.db");
        answers = Answers.open(jdbcUrl);
    }

    @AfterEach
    void close() {
        answers.close();
        journal.close();
    }

    private RunSettings settings() {
        return settings(1 << 20);
    }

    private RunSettings settings(int maxLineBytes) {
        return settings(maxLineBytes, null);
    }

    private RunSettings settings(int maxLineBytes, @Nullable String tenant) {
        return new RunSettings(
                List.of(InputFile.of(file)),
                file.resolveSibling("out.jsonl"),
                Long.MAX_VALUE,
                false,
                maxLineBytes,
                "millrace.requests",
                tenant);
    }

    private Scan.Found scan(String... lines) throws IOException {
        return scan(settings(), lines);
    }

    private Scan.Found scan(RunSettings settings, String... lines) throws IOException {
        Files.write(file, List.of(lines));
        var survey = Survey.of(settings, ConfigLoader.defaults());
        try (RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
            var scan = new Scan(settings, survey, plan, answers, new Progress());
            Scan.Found found = scan.read(_ -> true);
            plan.commit();
            return found;
        }
    }

    private List<PlannedLine> planned() {
        try (var cursor = journal.plan()) {
            return cursor.next(100);
        }
    }

    @Test
    void aReplacedLineThatComesBackIsPublishedAndNotWaitedForWithoutEnd() throws IOException {
        scan("one", "two", "three");
        var generation = planned().getFirst().generation();
        journal.publishedThrough(generation, 1);

        assertThat(scan("one", "another", "three").moved()).containsExactly(generation);

        scan("one", "two", "three");
        assertThat(planned())
                .extracting(PlannedLine::fate)
                .containsExactly(Fate.WAIT, Fate.PUBLISH, Fate.PUBLISH);
    }

    @Test
    void anUnchangedFileIsJournaledAgain() throws IOException {
        scan("one", "two", "three");
        journal.publishedThrough(planned().getFirst().generation(), 1);

        assertThat(scan("one", "two", "three").moved()).isEmpty();
    }

    @Test
    void aReadingThatIsStoppedGoesOnInTheSameBatch() throws IOException {
        String[] lines = new String[1_200];
        Arrays.setAll(lines, i -> "line " + i);
        Files.write(file, List.of(lines));
        var survey = Survey.of(settings(), ConfigLoader.defaults());
        try (RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
            var first = new Scan(settings(), survey, plan, answers, new Progress());
            assertThat(first.isAllNew()).isTrue();
            first.read(
                    page -> {
                        plan.commit();
                        return false;
                    });
        }
        assertThat(planned()).isNotEmpty();

        scan(lines);

        try (var cursor = journal.plan()) {
            assertThat(cursor.next(1_200))
                    .hasSize(1_200)
                    .allMatch(it -> it.fate() == Fate.PUBLISH)
                    .allMatch(it -> it.line().batch().equals("a.jsonl"))
                    .allMatch(it -> it.line().line() == it.sourceLine());
        }
    }

    @Test
    void aFileThatChangesAfterItsSurveyIsNamed() throws IOException {
        Files.writeString(file, "one\ntwo\n");
        var survey = Survey.of(settings(), ConfigLoader.defaults());
        Files.writeString(file, "one\nTWO\n");

        try (RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
            var scan = new Scan(settings(), survey, plan, answers, new Progress());

            assertThatThrownBy(() -> scan.read(_ -> true))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("a.jsonl has changed");
        }
    }

    private static String request(String customId, String content) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"auto","messages":[{"role":"user","content":"%s"}]}}"""
                .formatted(customId, content);
    }

    @Nested
    class ALineThatWasTooLongUntilTheLimitWasRaised {
        private final RunSettings low = settings(1 << 10);
        private final RunSettings high = settings(1 << 20);
        private final String[] lines = {request("1", "x".repeat(2_000)), request("2", "y")};

        @BeforeEach
        void publishUnderTheLowLimit() throws IOException {
            scan(low, lines);
            journal.publishedThrough(planned().getFirst().generation(), 2);
        }

        @Test
        void isPublishedAlsoWhenTheNextRunIsKilledBeforeItPublishes() throws IOException {
            scan(high, lines);
            assertThat(planned())
                    .extracting(PlannedLine::fate)
                    .containsExactly(Fate.PUBLISH, Fate.WAIT);

            scan(high, lines);

            assertThat(planned())
                    .extracting(PlannedLine::fate)
                    .containsExactly(Fate.PUBLISH, Fate.WAIT);
        }

        @Test
        void isNoRepeatOfItsOwnRejection() throws IOException {
            scan(high, lines);

            var line = planned().getFirst().line();
            assertThat(line.batch()).isEqualTo("a.jsonl#2");
            assertThat(line.repeat()).isFalse();
        }
    }

    /** The user edits the file while a run reads it, takes the edit back and runs again. */
    @Nested
    class AnEditThatIsTakenBackAfterItWasPublished {
        private final List<String> good = List.of(request("1", "good"), request("2", "good"));

        @BeforeEach
        void publishTheEdit() throws IOException {
            Files.write(file, good);
            var survey = Survey.of(settings(), ConfigLoader.defaults());
            Files.write(file, List.of(request("2", "bad")));
            try (RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
                var scan = new Scan(settings(), survey, plan, answers, new Progress());
                assertThatThrownBy(
                                () ->
                                        scan.read(
                                                _ -> {
                                                    plan.commit();
                                                    return true;
                                                }))
                        .isInstanceOf(RunFailure.class);
            }
            journal.publishedThrough(planned().getFirst().generation(), 1);
        }

        @Test
        void isPublishedInANewBatchWithoutRepeats() throws IOException {
            scan(good.toArray(String[]::new));

            assertThat(planned()).extracting(PlannedLine::fate).containsOnly(Fate.PUBLISH);
            assertThat(planned()).extracting(it -> it.line().batch()).containsOnly("a.jsonl#2");
            assertThat(planned()).extracting(it -> it.line().repeat()).containsOnly(false);
        }
    }

    /** The run is killed after it has planned; then the request topic gets a tenant. */
    @Nested
    class ATenantThatIsSetBeforeTheLinesArePublished {
        private static final String REQUEST =
                """
                {"custom_id":"1","url":"/v1/chat/completions","millrace":{"tenant":"%s"},"body":{"model":"auto","messages":[{"role":"user","content":"x"}]}}""";

        @BeforeEach
        void planWithoutAndWithTheTenant() throws IOException {
            String[] lines = {REQUEST.formatted("one"), REQUEST.formatted("two")};
            scan(settings(), lines);
            assertThat(planned()).extracting(it -> it.line().repeat()).containsOnly(false);

            scan(settings(1 << 20, "acme"), lines);
        }

        @Test
        void isInTheJobIdsThatTheRunWaitsFor() {
            String jobId = JobId.of("acme", "a.jsonl", "1").value();
            assertThat(planned()).extracting(it -> it.line().jobId()).containsOnly(jobId);
            assertThat(planned()).extracting(PlannedLine::fate).containsOnly(Fate.PUBLISH);
        }

        @Test
        void makesRepeatsOfLinesThatHadTenantsOfTheirOwn() {
            assertThat(planned()).extracting(it -> it.line().repeat()).containsExactly(false, true);
        }
    }

    /** Another file named the same batch and custom_id after the router had forgotten the job. */
    @Nested
    class ALineWhoseResultWasReplacedByAnotherLines {
        private final String[] lines = {request("1", "x"), request("2", "y"), request("2", "z")};

        @BeforeEach
        void storeTheResultsOfOtherLines() throws IOException, SQLException {
            scan(lines);
            journal.publishedThrough(planned().getFirst().generation(), 3);
            storeResult("1", 7);
            storeResult("2", 2);
        }

        private void storeResult(String customId, long line) throws SQLException {
            try (var connection = DriverManager.getConnection(jdbcUrl);
                    var insert =
                            connection.prepareStatement(
                                    "insert into results values (?, ?, 'default', 'a.jsonl', ?, 200,"
                                            + " null, 'm', 'p', 1, '0', 0, 0, '', '')")) {
                insert.setString(1, JobId.of("default", "a.jsonl", customId).value());
                insert.setString(2, customId);
                insert.setLong(3, line);
                insert.executeUpdate();
            }
        }

        @Test
        void isPublishedInANewBatchAndNotWaitedFor() throws IOException {
            scan(lines);

            assertThat(planned().getFirst().fate()).isEqualTo(Fate.PUBLISH);
            assertThat(planned().getFirst().line().batch()).isEqualTo("a.jsonl#2");
        }

        @Test
        void isNoRepeatThatWaitsForItsDeadLetter() throws IOException {
            scan(lines);

            assertThat(planned().subList(1, 3))
                    .extracting(PlannedLine::fate)
                    .containsExactly(Fate.REUSE, Fate.WAIT);
        }
    }
}
