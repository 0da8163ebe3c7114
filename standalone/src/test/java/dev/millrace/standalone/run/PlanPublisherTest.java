package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.batch.Publication;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change between planning and publishing. */
class PlanPublisherTest {
    private final Path folder;
    private final RunJournal journal;
    private final OutcomeLookup outcomes;

    PlanPublisherTest(@TempDir Path folder) {
        this.folder = folder;
        journal = RunJournal.open(folder.resolve("runs.db"));
        outcomes = OutcomeLookup.open("jdbc:sqlite:" + folder.resolve("millrace.db"));
    }

    @AfterEach
    void close() {
        outcomes.close();
        journal.close();
    }

    @Test
    void emptiedFileFailsTheRun() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
        Path other = Files.writeString(folder.resolve("b.jsonl"), "");
        var settings =
                new RunSettings(
                        List.of(InputFile.of(file), InputFile.of(other)),
                        folder.resolve("out.jsonl"),
                        Long.MAX_VALUE,
                        false,
                        1 << 20,
                        "millrace.requests",
                        null,
                        RunSettings.Spending.NONE,
                        new Reuse.Undecided());
        var inputSummary = InputSummary.read(settings, ConfigLoader.defaults());
        LinePlanner planner;
        try (RunPlan plan =
                journal.newPlan(
                        Instant.parse("2026-11-20T06:00:00Z"), Duration.ofHours(24), _ -> false)) {
            planner =
                    new LinePlanner(
                            settings,
                            inputSummary,
                            plan,
                            outcomes,
                            new RunProgress(),
                            new InputKeys(settings)::digest);
            planner.plan(_ -> true);
            plan.commit();
        }
        Files.writeString(file, "");
        // The line of the first file is now in the second file.
        Files.writeString(other, "{}\n");

        var nowhere = Map.of("bootstrap.servers", "127.0.0.1:9");
        try (var publication =
                        Publication.open(new ProducerSettings(nowhere), journal::recordPublished);
                PlanCursor plan = journal.openPlan()) {
            var planPublisher = new PlanPublisher(settings, planner.fileIds(), () -> false);

            assertThatThrownBy(() -> planPublisher.publish(plan, publication))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("a.jsonl changed while it was being read");
        }
    }
}
