package dev.millrace.standalone.run.journal;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.standalone.run.journal.RunPlan.PlannedFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Opens journals that earlier versions have written. */
class JournalSchemaTest {
    @TempDir private Path folder;

    private static final List<String> FIRST_VERSION =
            List.of(
                    "create table files (id integer primary key, path text not null unique,"
                            + " name text not null unique, generation integer not null)",
                    "create table submissions (file integer not null,"
                            + " generation integer not null,"
                            + " published_through integer not null,"
                            + " primary key (file, generation)) without rowid",
                    "create table lines (file integer not null, key blob not null,"
                            + " occurrence integer not null, generation integer not null,"
                            + " batch text not null, line integer not null, job_id text,"
                            + " repeat integer not null, run integer not null,"
                            + " primary key (file, key, occurrence)) without rowid",
                    "create index lines_by_job on lines (job_id)",
                    "create table runs (id integer primary key, started_at text not null)",
                    "create table plan (position integer primary key)",
                    "insert into files values (1, '/data/a.jsonl', 'a.jsonl', 1)",
                    "insert into submissions values (1, 1, 1)",
                    "insert into runs values (1, '2026-11-19T06:00:00Z')");

    /** Statements that take a journal of the current version back to the fourth version. */
    private static final List<String> TO_FOURTH_VERSION =
            List.of(
                    "create table submissions (file integer not null,"
                            + " generation integer not null,"
                            + " published_through integer not null,"
                            + " primary key (file, generation)) without rowid",
                    "drop table unpublished",
                    "alter table runs drop column published",
                    "drop table replaced",
                    "create table replaced (job_id text not null)",
                    "pragma user_version = 4");

    /** Statements that take a journal of the fourth version back to the second version. */
    private static final List<String> TO_SECOND_VERSION =
            List.of(
                    "drop table files",
                    "create table files (id integer primary key, path text unique,"
                            + " file_name text not null, name text not null unique,"
                            + " generation integer not null, opened_at integer,"
                            + " opened_for blob)",
                    "drop table paths",
                    "drop table replaced",
                    "pragma user_version = 2",
                    "insert into files values (1, '/data/a.jsonl', 'a.jsonl', 'a.jsonl', 4,"
                            + " 1795154400000, x'636f6e74656e74')");

    private static final List<String> TO_THIRD_VERSION =
            List.of(
                    "drop table files",
                    "create table files (id integer primary key, path text unique,"
                            + " file_name text not null, name text not null unique,"
                            + " generation integer not null, opened_at integer,"
                            + " opened_for blob, reading integer)",
                    "drop table paths",
                    "pragma user_version = 3",
                    "insert into files values (1, null, 'a.jsonl', 'a.jsonl', 1, null, null, null)",
                    "insert into files values (2, '/data/a.jsonl', 'a.jsonl', 'a.jsonl~2', 1, null,"
                            + " null, null)");

    /** Creates a journal of the current version and takes it back to an earlier version. */
    private Path downgraded(List<String> statements) throws SQLException {
        Path file = folder.resolve("runs.db");
        RunJournal.open(file).close();
        execute(file, TO_FOURTH_VERSION);
        execute(file, statements);
        return file;
    }

    private static void execute(Path file, List<String> statements) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void secondVersionContinuesItsOpenGeneration() throws SQLException {
        try (var migrated = RunJournal.open(downgraded(TO_SECOND_VERSION));
                var plan =
                        migrated.newPlan(
                                Instant.ofEpochMilli(1795154400001L),
                                Duration.ofHours(24),
                                _ -> false)) {
            var identity = new FileIdentity("/data/a.jsonl", "a.jsonl", "content".getBytes(UTF_8));
            long id = plan.registerFiles(List.of(identity), _ -> new byte[0]).getFirst().id();
            var line = plan.submit(id, new byte[16], null, 1, null, _ -> null);
            assertThat(line.line().batch()).isEqualTo("a.jsonl#4");
        }
    }

    @Test
    void thirdVersionKnowsFilesByTheirPaths() throws SQLException {
        try (var migrated = RunJournal.open(downgraded(TO_THIRD_VERSION));
                var plan =
                        migrated.newPlan(
                                Instant.parse("2026-11-20T06:00:00Z"),
                                Duration.ofHours(24),
                                _ -> false)) {
            var identity = new FileIdentity("/data/a.jsonl", "a.jsonl", "changed".getBytes(UTF_8));
            assertThat(plan.registerFiles(List.of(identity), _ -> new byte[0]))
                    .containsExactly(new PlannedFile(2, false, true, null));
        }
    }

    @Test
    void firstVersionKeepsItsFilesAndLines() throws SQLException {
        Path old = folder.resolve("old.db");
        byte[] key = "sixteen bytes...".getBytes(UTF_8);
        execute(old, FIRST_VERSION);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + old);
                var insert =
                        connection.prepareStatement(
                                "insert into lines values (1, ?, ?, 1, 'a.jsonl', ?, null, 0, 1)")) {
            for (int occurrence = 0; occurrence < 2; occurrence++) {
                insert.setBytes(1, key);
                insert.setInt(2, occurrence);
                insert.setInt(3, occurrence + 1);
                insert.executeUpdate();
            }
        }

        RunJournal.open(old).close();
        try (var migrated = RunJournal.open(old);
                var plan =
                        migrated.newPlan(
                                Instant.parse("2026-11-20T06:00:00Z"),
                                Duration.ofHours(24),
                                _ -> false)) {
            assertThat(migrated.isEmpty()).isFalse();
            var identity = new FileIdentity("/data/a.jsonl", "a.jsonl", "content".getBytes(UTF_8));
            long id = plan.registerFiles(List.of(identity), _ -> new byte[0]).getFirst().id();
            var first = plan.match(id, key).orElseThrow().line();
            var second = plan.match(id, key).orElseThrow().line();
            assertThat(first.line()).isEqualTo(1);
            assertThat(first.isPublished()).isTrue();
            assertThat(second.line()).isEqualTo(2);
            assertThat(second.isPublished()).isFalse();
            assertThat(plan.match(id, key)).isEmpty();
        }
    }
}
