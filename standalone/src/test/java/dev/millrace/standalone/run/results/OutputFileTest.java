package dev.millrace.standalone.run.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.data.SmallDisk;
import dev.millrace.standalone.run.input.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir private Path folder;

    @Test
    void folderIsRejectedBeforeAnyCall() {
        assertThatThrownBy(() -> OutputFile.check(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is a folder");
    }

    @Test
    void emptyNameIsRejectedBeforeAnyCall() {
        assertThatThrownBy(() -> OutputFile.check(Path.of(""))).isInstanceOf(IOException.class);
    }

    @Test
    void fullDiskIsReportedWithTheNameOfTheFile() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(folder, 1)) {
            Path file = disk.folder().resolve("a.results.jsonl");

            assertThatThrownBy(() -> write(file, 2 << 20))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("No space left on device");
            assertThat(disk.folder()).isEmptyDirectory();
        }
    }

    @Test
    void committedFileReplacesTheEarlierFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.results.jsonl"), "earlier");

        write(file, 3);

        assertThat(file).hasBinaryContent(new byte[3]);
    }

    private static void write(Path file, int bytes) throws IOException {
        try (var output = OutputFile.open(file)) {
            output.stream().write(new byte[bytes]);
            output.commit();
        }
    }
}
