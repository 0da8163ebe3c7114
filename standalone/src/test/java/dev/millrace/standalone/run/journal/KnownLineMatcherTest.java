package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.nio.file.Path;
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
}
