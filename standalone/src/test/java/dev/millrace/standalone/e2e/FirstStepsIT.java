package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first steps that the README shows. */
class FirstStepsIT {
    private static final Path INPUT = Launcher.example("support-tickets.jsonl");

    @TempDir private Path folder;

    @Test
    void initWritesAUsableConfigurationAndNeverOverwritesIt() throws IOException {
        Path config = folder.resolve("millrace.yaml");
        run("init").exitsWith(0);
        String written = Files.readString(config) + "# changed by hand\n";
        Files.writeString(config, written);

        run("init").exitsWith(2);
        assertThat(config).hasContent(written);

        Finished finished = run("run", "--simulate", "--json", "--limit", 3, INPUT);
        assertThat(finished.exitsWith(0).summary().path("jobs").intValue()).isEqualTo(3);
        assertThat(Batch.read(folder.resolve("support-tickets.results.jsonl"))).hasSize(3);
    }

    @Test
    void dryRunPrintsTheForecastAndWritesNoFile() {
        Finished finished = run("run", "--simulate", "--dry-run", INPUT).exitsWith(0);
        assertThat(finished.out() + finished.err()).contains("200", "qwen-turbo", "gpt-4.1");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dryRunReportsEveryMistakeWithItsLine() {
        Finished finished =
                run("run", "--simulate", "--dry-run", Launcher.example("mistakes.jsonl"))
                        .exitsWith(3);
        String printed = finished.out() + finished.err();
        for (int line : new int[] {2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}) {
            assertThat(printed).contains("mistakes.jsonl:" + line);
        }
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }
}
