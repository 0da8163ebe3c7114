package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.NOW;
import static dev.millrace.standalone.run.journal.JournalFixture.REPEATS_WINDOW;
import static dev.millrace.standalone.run.journal.JournalFixture.identity;
import static dev.millrace.standalone.run.journal.JournalFixture.line;
import static dev.millrace.standalone.run.journal.JournalFixture.newPlan;
import static dev.millrace.standalone.run.journal.JournalFixture.parse;
import static dev.millrace.standalone.run.journal.JournalFixture.plan;
import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static dev.millrace.standalone.run.journal.JournalFixture.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPlanTest {
    private final RunJournal journal;

    RunPlanTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Nested
    class FirstRunOfAFile {
        @Test
        void publishesEveryLineInABatchNamedAfterTheFile() {
            var planned = run(journal, "a.jsonl", List.of(line("1", "x"), line("2", "x")));

            assertThat(planned).extracting(PlannedLine::action).containsOnly(Action.PUBLISH);
            assertThat(planned).extracting(p -> p.line().batch()).containsOnly("a.jsonl");
            assertThat(planned).extracting(p -> p.line().line()).containsExactly(1L, 2L);
        }

        @Test
        void marksLaterLinesWithAnEqualCustomIdAsRepeats() {
            var planned =
                    run(
                            journal,
                            "a.jsonl",
                            List.of(line("1", "x"), line("1", "y"), line("1", "x")));

            assertThat(planned)
                    .extracting(p -> p.line().isRepeat())
                    .containsExactly(false, true, true);
        }
    }

    @Nested
    class SecondRunOfAnUnchangedFile {
        @Test
        void keepsTheBatchAndNumberOfEveryLine() {
            var lines = List.of(line("1", "x"), "broken", line("1", "x"), "broken");
            var first = run(journal, "a.jsonl", lines);

            var second = run(journal, "a.jsonl", lines);

            assertThat(second).extracting(PlannedLine::action).containsOnly(Action.WAIT);
            assertThat(second)
                    .extracting(p -> p.line().line())
                    .containsExactlyElementsOf(first.stream().map(p -> p.line().line()).toList());
        }
    }

    @Nested
    class RunOfAChangedFile {
        @Test
        void publishesOnlyNewLinesInABatchOfTheirOwn() {
            run(journal, "a.jsonl", List.of(line("1", "x"), line("2", "x")));

            var planned =
                    run(
                            journal,
                            "a.jsonl",
                            List.of(line("0", "x"), line("1", "y"), line("2", "x")));

            assertThat(planned)
                    .extracting(PlannedLine::action)
                    .containsExactly(Action.PUBLISH, Action.PUBLISH, Action.WAIT);
            assertThat(planned)
                    .extracting(p -> p.line().batch())
                    .containsExactly("a.jsonl#2", "a.jsonl#2", "a.jsonl");
            assertThat(planned).extracting(p -> p.line().isRepeat()).containsOnly(false);
            assertThat(planned).extracting(PlannedLine::sourceLine).containsExactly(1L, 2L, 3L);
        }
    }

    @Nested
    class FilesOfEqualName {
        @Test
        void haveDistinctBatches() {
            try (RunPlan plan = newPlan(journal, NOW)) {
                var files =
                        plan.registerFiles(
                                List.of(
                                        identity("/one/a.jsonl", "x"),
                                        identity("/two/a.jsonl", "x")),
                                _ -> new byte[0],
                                null);
                var parsed = parse(1, line("1", "x"));

                var first = submit(plan, files.getFirst().id(), parsed).line();
                var second = submit(plan, files.getLast().id(), parsed).line();

                assertThat(second.batch()).isNotEqualTo(first.batch());
                assertThat(second.jobId()).isNotEqualTo(first.jobId());
            }
        }
    }

    @Nested
    class SharedResultsDatabase {
        @Test
        void newBatchAvoidsTheNamesThatAreTaken() {
            try (RunPlan plan =
                    journal.newPlan(
                            Instant.parse(NOW),
                            REPEATS_WINDOW,
                            Set.of("a.jsonl", "a.jsonl~2")::contains)) {
                var planned = plan(plan, "a.jsonl", List.of(line("1", "x")), Action.WAIT);

                assertThat(planned.getFirst().line().batch()).isEqualTo("a.jsonl~3");
            }
        }
    }
}
