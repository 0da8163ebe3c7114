package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.line;
import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownLineMatcherTest {
    private final RunJournal journal;

    KnownLineMatcherTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void equalLinesMatchOneAfterTheOtherInEveryRun() {
        var lines = Collections.nCopies(1_000, "broken");
        run(journal, "a.jsonl", lines.subList(0, 700));

        var second = run(journal, "a.jsonl", lines);
        var third = run(journal, "a.jsonl", lines);

        assertThat(second.subList(0, 700))
                .extracting(PlannedLine::action)
                .containsOnly(Action.WAIT);
        assertThat(second.subList(700, 1_000))
                .extracting(PlannedLine::action)
                .containsOnly(Action.PUBLISH);
        assertThat(third).extracting(PlannedLine::action).containsOnly(Action.WAIT);
        assertThat(third)
                .extracting(it -> it.line().line())
                .containsExactlyElementsOf(second.stream().map(it -> it.line().line()).toList());
    }

    @Test
    void linesOfAChangedFileMatchInAnyOrder() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 1_500; i++) {
            lines.add(line("a" + i, "x"));
        }
        run(journal, "a.jsonl", lines);
        lines.remove(700);
        lines.add(900, line("new", "x"));
        Collections.swap(lines, 1_000, 1_400);

        var second = run(journal, "a.jsonl", lines);
        var third = run(journal, "a.jsonl", lines);

        assertThat(second)
                .filteredOn(it -> it.action() == Action.PUBLISH)
                .extracting(PlannedLine::sourceLine)
                .containsExactly(901L);
        assertThat(second.get(1_000).line().line()).isEqualTo(1_401);
        assertThat(third).extracting(PlannedLine::action).containsOnly(Action.WAIT);
    }

    @Test
    void linesOfTwoFilesAreKeptApart() {
        var ofA = Collections.nCopies(600, "broken");
        var ofB = Collections.nCopies(600, "broken too");
        run(journal, "a.jsonl", ofA.subList(0, 300));
        run(journal, "b.jsonl", ofB.subList(0, 10));
        run(journal, "a.jsonl", ofA);

        assertThat(run(journal, "b.jsonl", ofB))
                .filteredOn(it -> it.action() == Action.WAIT)
                .hasSize(10);
        assertThat(run(journal, "a.jsonl", ofA))
                .extracting(PlannedLine::action)
                .containsOnly(Action.WAIT);
    }
}
