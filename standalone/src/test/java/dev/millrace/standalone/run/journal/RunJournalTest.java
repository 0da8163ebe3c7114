package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.NOW;
import static dev.millrace.standalone.run.journal.JournalFixture.file;
import static dev.millrace.standalone.run.journal.JournalFixture.line;
import static dev.millrace.standalone.run.journal.JournalFixture.newPlan;
import static dev.millrace.standalone.run.journal.JournalFixture.parse;
import static dev.millrace.standalone.run.journal.JournalFixture.plan;
import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.testclusters.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJournalTest {
    private final Path folder;
    private final RunJournal journal;

    RunJournalTest(@TempDir Path folder) {
        this.folder = folder;
        this.journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void newJournalHasNoPlan() {
        assertThat(journal.isEmpty()).isTrue();
        try (var cursor = journal.openPlan()) {
            assertThat(cursor.next(10)).isEmpty();
        }
    }

    @Test
    void committedPlanIsReadBackInInputOrder() {
        var planned = run(journal, "a.jsonl", List.of(line("2", "x"), "not JSON", line("1", "x")));

        try (var cursor = journal.openPlan()) {
            assertThat(cursor.next(2)).isEqualTo(planned.subList(0, 2));
            assertThat(cursor.next(2)).isEqualTo(planned.subList(2, 3));
            assertThat(cursor.next(2)).isEmpty();
        }
    }

    @Test
    void uncommittedPlanIsDiscarded() {
        try (RunPlan plan = newPlan(journal, NOW)) {
            plan(plan, "a.jsonl", List.of(line("1", "x")), Action.WAIT);
        }

        var planned = run(journal, "a.jsonl", List.of(line("1", "x")));
        assertThat(planned).extracting(PlannedLine::action).containsExactly(Action.PUBLISH);
        assertThat(planned).extracting(p -> p.line().batch()).containsExactly("a.jsonl");
    }

    @Test
    void linesUpToTheLastAcknowledgedOneArePublished() {
        var lines = List.of(line("1", "x"), line("2", "x"), line("3", "x"));
        run(journal, "a.jsonl", lines);
        journal.recordPublished(1);
        journal.recordPublished(2);

        try (RunPlan plan = newPlan(journal, "2026-11-20T07:00:00Z")) {
            long id = file(plan, "/data/a.jsonl", lines.toString());
            var published =
                    lines.stream()
                            .map(text -> LineKey.of(parse(1, text)))
                            .map(key -> plan.match(id, key).orElseThrow().line().isPublished())
                            .toList();
            assertThat(published).containsExactly(true, true, false);
        }
    }

    @Test
    void fullDiskIsReportedForTheFolderOfTheJournal(@TempDir Path small) throws IOException {
        try (var disk = SmallDisk.mount(small, 1);
                var onSmallDisk = RunJournal.open(disk.folder().resolve("runs.db"));
                var plan = newPlan(onSmallDisk, NOW)) {
            assertThatThrownBy(() -> Files.write(small.resolve("other"), new byte[1 << 20]))
                    .isInstanceOf(IOException.class);

            assertThatThrownBy(() -> plan(plan, "a.jsonl", List.of(line("1", "x")), Action.WAIT))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(small.toString())
                    .hasMessageContaining("--data-dir");
        }
    }

    @Test
    void damagedJournalIsNamedInTheError() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.db"), "this is no database at all");

        assertThatThrownBy(() -> RunJournal.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("broken.db");
    }
}
