package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change between the reading that plans and the one that publishes. */
class SecondReadingTest {
    private final Path folder;
    private final RunJournal journal;
    private final Answers answers;

    SecondReadingTest(@TempDir Path folder) {
        this.folder = folder;
        journal = RunJournal.open(folder.resolve("runs.db"));
        answers = Answers.open("jdbc:sqlite:" + folder.resolve("millrace.db"));
    }

    @AfterEach
    void close() {
        answers.close();
        journal.close();
    }

    @Test
    void aFileThatHasBecomeEmptyIsNotTakenForPublished() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "one\n");
        Path other = Files.writeString(folder.resolve("b.jsonl"), "");
        var settings =
                new RunSettings(
                        List.of(InputFile.of(file), InputFile.of(other)),
                        folder.resolve("out.jsonl"),
                        Long.MAX_VALUE,
                        false,
                        1 << 20,
                        "millrace.requests",
                        null);
        var survey = Survey.of(settings, ConfigLoader.defaults());
        Scan scan;
        try (RunPlan plan =
                journal.newPlan(
                        Instant.parse("2026-11-20T06:00:00Z"), Duration.ofHours(24), _ -> false)) {
            scan = new Scan(settings, survey, plan, answers, new Progress());
            scan.read(_ -> true);
            plan.commit();
        }
        Files.writeString(file, "");
        // What stood in the first file before stands in the second one now.
        Files.writeString(other, "one\n");

        var nowhere = Map.of("bootstrap.servers", "127.0.0.1:9");
        try (var producer =
                        MillraceProducer.open(
                                new ProducerSettings(
                                        nowhere, "millrace.requests", TopicsConfig.EMBEDDED, null),
                                InstantSource.system());
                PlanCursor plan = journal.plan()) {
            var publisher = new Publisher(journal, producer, Set.of());
            var reading = new SecondReading(settings, scan.fileIds(), () -> false);

            assertThatThrownBy(() -> reading.publish(plan, publisher))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("a.jsonl has changed");
        }
    }
}
