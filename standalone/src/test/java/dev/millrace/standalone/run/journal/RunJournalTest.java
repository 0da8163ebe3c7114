package dev.millrace.standalone.run.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJournalTest {
    private final Path folder;
    private final RunJournal journal;
    private Duration repeatsWindow = Duration.ofHours(24);

    RunJournalTest(@TempDir Path folder) {
        this.folder = folder;
        this.journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @BeforeEach
    void planNothing() {
        assertThat(journal.plan().next(10)).isEmpty();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static String line(String customId, String content) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"auto","content":"%s"}}"""
                .formatted(customId, content);
    }

    private RunPlan newPlan(String now) {
        return journal.newPlan(Instant.parse(now), repeatsWindow, _ -> false);
    }

    private static long file(RunPlan plan, String path, String content) {
        return files(plan, identity(path, content)).getFirst().id();
    }

    private static List<PlannedFile> files(RunPlan plan, FileIdentity... identities) {
        return plan.files(List.of(identities));
    }

    private static FileIdentity identity(String path, String content) {
        return new FileIdentity(
                path, Path.of(path).getFileName().toString(), content.getBytes(UTF_8));
    }

    /** Plans these lines as a run does that finds no outcome for any line it knows. */
    private List<PlannedLine> run(String file, List<String> lines) {
        try (RunPlan plan = newPlan("2026-11-20T06:00:00Z")) {
            var planned = plan(plan, file, lines, Fate.WAIT);
            plan.commit();
            return planned;
        }
    }

    private static List<PlannedLine> plan(
            RunPlan plan, String file, List<String> lines, Fate fateOfKnown) {
        long id = file(plan, "/data/" + file, lines.toString());
        var planned = new ArrayList<PlannedLine>();
        for (int i = 0; i < lines.size(); i++) {
            long number = i + 1L;
            ParsedLine parsed = parse(number, lines.get(i));
            byte[] key = LineKey.of(parsed);
            planned.add(
                    plan.meet(id, key)
                            .map(known -> plan.keep(known, number, fateOfKnown))
                            .orElseGet(
                                    () ->
                                            plan.submit(
                                                    id,
                                                    key,
                                                    null,
                                                    number,
                                                    null,
                                                    batch -> jobId(parsed, batch))));
        }
        return planned;
    }

    private static ParsedLine parse(long number, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ParsedLine.of(new BatchLine(number, bytes, bytes.length));
    }

    private static @Nullable String jobId(ParsedLine parsed, String batch) {
        JobId jobId = parsed.jobId(null, batch);
        return jobId == null ? null : jobId.value();
    }

    @Nested
    class TheFirstRunOfAFile {
        @Test
        void publishesEveryLineInABatchOfTheFilesName() {
            var planned = run("a.jsonl", List.of(line("1", "x"), line("2", "x")));

            assertThat(planned).extracting(PlannedLine::fate).containsOnly(Fate.PUBLISH);
            assertThat(planned).extracting(p -> p.line().batch()).containsOnly("a.jsonl");
            assertThat(planned).extracting(p -> p.line().line()).containsExactly(1L, 2L);
        }

        @Test
        void marksTheSecondLineOfACustomIdAsRepeat() {
            var planned = run("a.jsonl", List.of(line("1", "x"), line("1", "y"), line("1", "x")));

            assertThat(planned)
                    .extracting(p -> p.line().repeat())
                    .containsExactly(false, true, true);
        }

        @Test
        void isReadBackInInputOrder() {
            var planned = run("a.jsonl", List.of(line("2", "x"), "not JSON", line("1", "x")));

            try (var cursor = journal.plan()) {
                assertThat(cursor.next(2)).isEqualTo(planned.subList(0, 2));
                assertThat(cursor.next(2)).isEqualTo(planned.subList(2, 3));
                assertThat(cursor.next(2)).isEmpty();
            }
        }

        @Test
        void isForgottenWhenItsPlanIsNotCommitted() {
            try (RunPlan plan = newPlan("2026-11-20T06:00:00Z")) {
                plan(plan, "a.jsonl", List.of(line("1", "x")), Fate.WAIT);
            }

            var planned = run("a.jsonl", List.of(line("1", "x")));
            assertThat(planned).extracting(PlannedLine::fate).containsExactly(Fate.PUBLISH);
            assertThat(planned).extracting(p -> p.line().batch()).containsExactly("a.jsonl");
        }
    }

    @Nested
    class TheSameFileAgain {
        @Test
        void knowsEveryLineAndEachOccurrenceOfEqualLines() {
            var lines = List.of(line("1", "x"), "broken", line("1", "x"), "broken");
            var first = run("a.jsonl", lines);

            var second = run("a.jsonl", lines);

            assertThat(second).extracting(PlannedLine::fate).containsOnly(Fate.WAIT);
            assertThat(second)
                    .extracting(p -> p.line().line())
                    .containsExactlyElementsOf(first.stream().map(p -> p.line().line()).toList());
        }

        @Test
        void tellsWhatKafkaHasAcknowledged() {
            var lines = List.of(line("1", "x"), line("2", "x"), line("3", "x"));
            var first = run("a.jsonl", lines);
            journal.publishedThrough(first.getFirst().generation(), 2);

            try (RunPlan plan = newPlan("2026-11-20T07:00:00Z")) {
                long id = file(plan, "/data/a.jsonl", lines.toString());
                var published =
                        lines.stream()
                                .map(text -> LineKey.of(parse(1, text)))
                                .map(key -> plan.meet(id, key).orElseThrow().line().published())
                                .toList();
                assertThat(published).containsExactly(true, true, false);
            }
        }
    }

    @Nested
    class AChangedFile {
        @Test
        void publishesOnlyWhatIsNewInABatchOfItsOwn() {
            run("a.jsonl", List.of(line("1", "x"), line("2", "x")));

            var planned = run("a.jsonl", List.of(line("0", "x"), line("1", "y"), line("2", "x")));

            assertThat(planned)
                    .extracting(PlannedLine::fate)
                    .containsExactly(Fate.PUBLISH, Fate.PUBLISH, Fate.WAIT);
            assertThat(planned)
                    .extracting(p -> p.line().batch())
                    .containsExactly("a.jsonl#2", "a.jsonl#2", "a.jsonl");
            assertThat(planned).extracting(p -> p.line().repeat()).containsOnly(false);
            assertThat(planned).extracting(PlannedLine::sourceLine).containsExactly(1L, 2L, 3L);
        }
    }

    @Nested
    class ALineThatIsGoneBeforeItWasPublished {
        private static final List<String> WHOLE =
                List.of(line("1", "x"), line("2", "x"), line("3", "x"));

        @Test
        void leavesAGapBelowTheLinesAfterIt() {
            var first = run("a.jsonl", WHOLE);
            journal.publishedThrough(first.getFirst().generation(), 1);

            try (RunPlan plan = newPlan("2026-11-20T07:00:00Z")) {
                plan(plan, "a.jsonl", List.of(line("1", "x"), "new", line("3", "x")), Fate.PUBLISH);

                assertThat(plan.hasUnmet(first.getFirst().generation(), 3)).isTrue();
                assertThat(plan.hasUnmet(first.getFirst().generation(), 1)).isFalse();
            }
        }

        @Test
        void isNoGapWhenItWasPublishedOrIsMerelyBeyondTheLimit() {
            var first = run("a.jsonl", WHOLE);
            journal.publishedThrough(first.getFirst().generation(), 1);

            try (RunPlan plan = newPlan("2026-11-20T07:00:00Z")) {
                plan(plan, "a.jsonl", WHOLE.subList(1, 2), Fate.PUBLISH);

                assertThat(plan.hasUnmet(first.getFirst().generation(), 2)).isFalse();
            }
        }
    }

    @Nested
    class ManyEqualLines {
        @Test
        void areMetOneAfterTheOtherInEveryRun() {
            var lines = Collections.nCopies(1_000, "broken");
            run("a.jsonl", lines.subList(0, 700));

            var second = run("a.jsonl", lines);
            var third = run("a.jsonl", lines);

            assertThat(second.subList(0, 700))
                    .extracting(PlannedLine::fate)
                    .containsOnly(Fate.WAIT);
            assertThat(second.subList(700, 1_000))
                    .extracting(PlannedLine::fate)
                    .containsOnly(Fate.PUBLISH);
            assertThat(third).extracting(PlannedLine::fate).containsOnly(Fate.WAIT);
            assertThat(third)
                    .extracting(it -> it.line().line())
                    .containsExactlyElementsOf(
                            second.stream().map(it -> it.line().line()).toList());
        }
    }

    @Nested
    class TwoFilesOfOneName {
        @Test
        void haveBatchesOfTheirOwn() {
            try (RunPlan plan = newPlan("2026-11-20T06:00:00Z")) {
                var files =
                        files(plan, identity("/one/a.jsonl", "x"), identity("/two/a.jsonl", "x"));
                long one = files.getFirst().id();
                long two = files.getLast().id();
                ParsedLine parsed = parse(1, line("1", "x"));
                byte[] key = LineKey.of(parsed);

                var first = plan.submit(one, key, null, 1, null, batch -> jobId(parsed, batch));
                var second = plan.submit(two, key, null, 1, null, batch -> jobId(parsed, batch));

                assertThat(second.line().batch()).isNotEqualTo(first.line().batch());
                assertThat(second.line().jobId()).isNotEqualTo(first.line().jobId());
            }
        }
    }

    @Nested
    class AReadingThatWasCutShort {
        private final List<String> lines = List.of(line("1", "x"), line("2", "x"), line("1", "x"));
        private final String content = "content";

        /** Reads some lines of the whole file. */
        private List<PlannedLine> read(String now, String of, int from, int to) {
            try (RunPlan plan = newPlan(now)) {
                long id = file(plan, "/data/a.jsonl", of);
                var planned = new ArrayList<PlannedLine>();
                for (int i = from; i < to; i++) {
                    long number = i + 1L;
                    ParsedLine parsed = parse(number, lines.get(i));
                    planned.add(
                            plan.submit(
                                    id,
                                    LineKey.of(parsed),
                                    null,
                                    number,
                                    null,
                                    batch -> jobId(parsed, batch)));
                }
                plan.commit();
                return planned;
            }
        }

        @Test
        void goesOnInTheSameBatchAndKnowsRepeats() {
            read("2026-11-20T06:00:00Z", content, 0, 2);

            var rest = read("2026-11-20T18:00:00Z", content, 2, 3);

            assertThat(rest.getFirst().line().batch()).isEqualTo("a.jsonl");
            assertThat(rest.getFirst().line().repeat()).isTrue();
        }

        @Test
        void knowsRepeatsAlsoOfALineThatIsSentAgain() {
            read("2026-11-20T06:00:00Z", content, 0, 2);
            sendAgain("2026-11-20T06:01:00Z", 0);
            assertThat(sendAgain("2026-11-20T06:02:00Z", 1).line().batch()).isEqualTo("a.jsonl#3");

            var rest = read("2026-11-20T06:03:00Z", content, 2, 3);

            assertThat(rest.getFirst().line().batch()).isEqualTo("a.jsonl");
            assertThat(rest.getFirst().line().repeat()).isTrue();
        }

        private PlannedLine sendAgain(String now, int index) {
            try (RunPlan plan = newPlan(now)) {
                long id = file(plan, "/data/a.jsonl", content);
                ParsedLine parsed = parse(index + 1L, lines.get(index));
                byte[] key = LineKey.of(parsed);
                var known = plan.meet(id, key).orElseThrow();
                var again =
                        plan.submit(
                                id, key, known, index + 1L, null, batch -> jobId(parsed, batch));
                plan.commit();
                return again;
            }
        }

        @Test
        void goesOnInAnotherBatchWhenTheRouterMayHaveForgottenTheFirstLines() {
            read("2026-11-20T06:00:00Z", content, 0, 2);

            var rest = read("2026-11-20T18:00:00.001Z", content, 2, 3);

            assertThat(rest.getFirst().line().batch()).isEqualTo("a.jsonl#2");
            assertThat(rest.getFirst().line().repeat()).isFalse();
        }

        @Test
        void goesOnInAnotherBatchAfterHalfOfAShorterWindowOfRepeats() {
            repeatsWindow = Duration.ofSeconds(2);
            read("2026-11-20T06:00:00Z", content, 0, 1);

            var second = read("2026-11-20T06:00:01Z", content, 1, 2);
            var third = read("2026-11-20T06:00:01.001Z", content, 2, 3);

            assertThat(second.getFirst().line().batch()).isEqualTo("a.jsonl");
            assertThat(third.getFirst().line().batch()).isEqualTo("a.jsonl#2");
        }

        @Test
        void goesOnInAnotherBatchWhenTheContentHasChanged() {
            read("2026-11-20T06:00:00Z", content, 0, 2);

            var rest = read("2026-11-20T06:00:01Z", "changed", 2, 3);

            assertThat(rest.getFirst().line().batch()).isEqualTo("a.jsonl#2");
        }
    }

    @Nested
    class ALineThatIsSentAgain {
        @Test
        void isANewJobAlthoughTheContentIsTheSame() {
            var lines = List.of(line("1", "x"));
            run("a.jsonl", lines);

            try (RunPlan plan = newPlan("2026-11-20T06:00:01Z")) {
                long id = file(plan, "/data/a.jsonl", lines.toString());
                ParsedLine parsed = parse(1, lines.getFirst());
                byte[] key = LineKey.of(parsed);
                var known = plan.meet(id, key).orElseThrow();

                var again = plan.submit(id, key, known, 1, null, batch -> jobId(parsed, batch));

                assertThat(again.line().batch()).isEqualTo("a.jsonl#2");
                assertThat(again.line().repeat()).isFalse();
            }
        }
    }

    @Nested
    class ADatabaseThatOtherRunsShare {
        @Test
        void givesNoBatchTheNameOfOneThatItHas() {
            try (RunPlan plan =
                    journal.newPlan(
                            Instant.parse("2026-11-20T06:00:00Z"),
                            Duration.ofHours(24),
                            Set.of("a.jsonl", "a.jsonl~2")::contains)) {
                var planned = plan(plan, "a.jsonl", List.of(line("1", "x")), Fate.WAIT);

                assertThat(planned.getFirst().line().batch()).isEqualTo("a.jsonl~3");
            }
        }
    }

    @Nested
    class ABrokenJournal {
        @Test
        void isToldWithoutAStackTrace() throws IOException {
            Path file =
                    Files.writeString(folder.resolve("broken.db"), "this is no database at all");

            assertThatThrownBy(() -> RunJournal.open(file))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("broken.db");
        }
    }
}
