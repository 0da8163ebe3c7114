package dev.millrace.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldLogFilesTest {
    @TempDir private Path folder;

    @Test
    void keepsTwoOldFilesInAFolderOfAnyName() throws IOException {
        Path file = Files.createDirectory(folder.resolve("50% done %i %d")).resolve("millrace.log");
        for (String text : new String[] {"one", "two", "three"}) {
            Files.writeString(file, text);
            new OldLogFiles(file).rollover();
        }

        assertThat(file).doesNotExist();
        assertThat(Path.of(file + ".1")).hasContent("three");
        assertThat(Path.of(file + ".2")).hasContent("two");
        assertThat(Path.of(file + ".3")).doesNotExist();
    }
}
