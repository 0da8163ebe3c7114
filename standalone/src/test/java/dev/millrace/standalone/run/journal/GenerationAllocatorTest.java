package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.file;
import static dev.millrace.standalone.run.journal.JournalFixture.line;
import static dev.millrace.standalone.run.journal.JournalFixture.newPlan;
import static dev.millrace.standalone.run.journal.JournalFixture.parse;
import static dev.millrace.standalone.run.journal.JournalFixture.resubmit;
import static dev.millrace.standalone.run.journal.JournalFixture.run;
import static dev.millrace.standalone.run.journal.JournalFixture.submit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationAllocatorTest {
    private final RunJournal journal;

    GenerationAllocatorTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Nested
    class WhenARunStoppedInTheMiddleOfAFile {
        private static final String CONTENT = "content";

        private final List<String> lines = List.of(line("1", "x"), line("2", "x"), line("1", "x"));
        private Duration repeatsWindow = JournalFixture.REPEATS_WINDOW;

        /** Submits the lines from {@code from} to before {@code to}; returns the first of them. */
        private JournaledLine submitLines(String now, String content, int from, int to) {
            try (RunPlan plan = journal.newPlan(Instant.parse(now), repeatsWindow, _ -> false)) {
                long id = file(plan, "/data/a.jsonl", content);
                JournaledLine first = submit(plan, id, parse(from + 1L, lines.get(from))).line();
                for (int i = from + 1; i < to; i++) {
                    submit(plan, id, parse(i + 1L, lines.get(i)));
                }
                plan.commit();
                return first;
            }
        }

        private JournaledLine resubmitLine(String now, int index) {
            try (RunPlan plan = newPlan(journal, now)) {
                long id = file(plan, "/data/a.jsonl", CONTENT);
                var again = resubmit(plan, id, parse(index + 1L, lines.get(index)));
                plan.commit();
                return again.line();
            }
        }

        @Test
        void otherLinesJoinItsGeneration() {
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 2);

            var third = submitLines("2026-11-20T18:00:00Z", CONTENT, 2, 3);

            assertThat(third.batch()).isEqualTo("a.jsonl");
            assertThat(third.isRepeat()).isTrue();
        }

        @Test
        void repeatOfAResubmittedLineIsRecognized() {
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 2);
            resubmitLine("2026-11-20T06:01:00Z", 0);
            assertThat(resubmitLine("2026-11-20T06:02:00Z", 1).batch()).isEqualTo("a.jsonl#3");

            var third = submitLines("2026-11-20T06:03:00Z", CONTENT, 2, 3);

            assertThat(third.batch()).isEqualTo("a.jsonl");
            assertThat(third.isRepeat()).isTrue();
        }

        @Test
        void newGenerationOpensWhenTheRouterMayHaveForgottenTheFirstLines() {
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 2);

            var third = submitLines("2026-11-20T18:00:00.001Z", CONTENT, 2, 3);

            assertThat(third.batch()).isEqualTo("a.jsonl#2");
            assertThat(third.isRepeat()).isFalse();
        }

        @Test
        void newGenerationOpensAfterHalfOfAShortRepeatsWindow() {
            repeatsWindow = Duration.ofSeconds(2);
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 1);

            var second = submitLines("2026-11-20T06:00:01Z", CONTENT, 1, 2);
            var third = submitLines("2026-11-20T06:00:01.001Z", CONTENT, 2, 3);

            assertThat(second.batch()).isEqualTo("a.jsonl");
            assertThat(third.batch()).isEqualTo("a.jsonl#2");
        }

        @Test
        void newGenerationOpensWhenTheContentHasChanged() {
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 2);

            var third = submitLines("2026-11-20T06:00:01Z", "changed", 2, 3);

            assertThat(third.batch()).isEqualTo("a.jsonl#2");
        }

        @Test
        void otherLinesJoinItsGenerationAfterARunOfOtherContent() {
            submitLines("2026-11-20T06:00:00Z", CONTENT, 0, 1);
            submitLines("2026-11-20T06:00:01Z", "changed", 1, 2);

            var third = submitLines("2026-11-20T06:00:02Z", CONTENT, 2, 3);

            assertThat(third.batch()).isEqualTo("a.jsonl");
            assertThat(third.isRepeat()).isTrue();
        }
    }

    @Test
    void resubmittedLineOfAnUnchangedFileIsANewJob() {
        var lines = List.of(line("1", "x"));
        run(journal, "a.jsonl", lines);

        try (RunPlan plan = newPlan(journal, "2026-11-20T06:00:01Z")) {
            long id = file(plan, "/data/a.jsonl", lines.toString());

            var again = resubmit(plan, id, parse(1, lines.getFirst())).line();

            assertThat(again.batch()).isEqualTo("a.jsonl#2");
            assertThat(again.isRepeat()).isFalse();
        }
    }
}
