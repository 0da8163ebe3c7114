package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.line;
import static dev.millrace.standalone.run.journal.JournalFixture.newPlan;
import static dev.millrace.standalone.run.journal.JournalFixture.plan;
import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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

    @Nested
    class WhenOnlyTheFirstOfThreeLinesWasPublished {
        private final List<String> whole = List.of(line("1", "x"), line("2", "x"), line("3", "x"));
        private Generation generation = new Generation(0, 0);

        @BeforeEach
        void publishTheFirstLine() {
            generation = run(journal, "a.jsonl", whole).getFirst().generation();
            journal.recordPublishedThrough(generation, 1);
        }

        @Test
        void unpublishedLineThatWasRemovedIsUnmatched() {
            try (RunPlan plan = newPlan(journal, "2026-11-20T07:00:00Z")) {
                plan(
                        plan,
                        "a.jsonl",
                        List.of(line("1", "x"), "new", line("3", "x")),
                        Action.PUBLISH);

                assertThat(plan.hasUnmatched(generation, 3)).isTrue();
                assertThat(plan.hasUnmatched(generation, 1)).isFalse();
            }
        }

        @Test
        void publishedLineAndLineBeyondTheLimitAreNotUnmatched() {
            try (RunPlan plan = newPlan(journal, "2026-11-20T07:00:00Z")) {
                plan(plan, "a.jsonl", whole.subList(1, 2), Action.PUBLISH);

                assertThat(plan.hasUnmatched(generation, 2)).isFalse();
            }
        }
    }
}
