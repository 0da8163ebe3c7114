package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are stopped before anything is answered, over a file that changes between them. */
class ScanTest {
    private final Path file;
    private final RunJournal journal;
    private final Answers answers;

    ScanTest(@TempDir Path folder) {
        file = folder.resolve("a.jsonl");
        journal = RunJournal.open(folder.resolve("runs.db"));
        answers = Answers.open("jdbc:sqlite:" + folder.resolve("millrace.db"));
    }

    @AfterEach
    void close() {
        answers.close();
        journal.close();
    }

    private Scan.Found scan(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        var settings =
                new RunSettings(
                        List.of(InputFile.of(file)),
                        file.resolveSibling("out.jsonl"),
                        Long.MAX_VALUE,
                        false,
                        1 << 20,
                        "millrace.requests",
                        null);
        try (RunPlan plan = journal.newPlan("2026-11-20T06:00:00Z")) {
            Scan.Found found = new Scan(settings, plan, answers, new Progress()).read();
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
}
