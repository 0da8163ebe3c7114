package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unusable data directory is reported without a stack trace. */
class DataDirectoryIT {
    private static final Path INPUT = Launcher.example("support-tickets.jsonl");

    @TempDir private Path folder;

    @Test
    void directoryInUseIsRejected() {
        try (var _ = DataDirectory.open(folder.resolve(".millrace-simulated"))) {
            Finished refused = new Launcher(folder).run("run", "--simulate", INPUT);
            assertThat(refused.exitCode()).as(refused::toString).isIn(1, 2);
            assertThat(refused.err()).contains(".millrace-simulated").doesNotContain("\tat ");
        }
    }

    @Test
    void fileInPlaceOfTheDirectoryIsRejectedAndKept() throws IOException {
        Files.writeString(folder.resolve("taken"), "a note");
        Finished refused =
                new Launcher(folder).run("run", "--simulate", "--data-dir", "taken", INPUT);
        assertThat(refused.exitCode()).as(refused::toString).isIn(1, 2);
        assertThat(refused.err()).contains("taken").doesNotContain("\tat ");
        assertThat(folder.resolve("taken")).hasContent("a note");
    }
}
