package dev.millrace.standalone.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.standalone.console.UserError;
import dev.millrace.testclusters.SmallDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {
    @TempDir private Path folder;

    @Test
    void folderIsRejectedBeforeAnyCall() {
        assertThatThrownBy(() -> OutputFile.check(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is a folder");
    }

    @Test
    void dashIsStandardOutput() throws IOException {
        var printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, false, StandardCharsets.UTF_8));
        try {
            OutputFile.check(Path.of("-"));
            write(Path.of("-"), 3);
        } finally {
            System.setOut(before);
        }

        assertThat(printed.toByteArray()).isEqualTo(new byte[3]);
        assertThat(Path.of("-")).doesNotExist();
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
                    .isInstanceOf(UserError.class)
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

    @Test
    void nameDecidesAboutCompression() throws IOException {
        Path gzip = folder.resolve("a.jsonl.gz");
        Path zstd = folder.resolve("a.jsonl.zst");

        write(gzip, 100_000);
        write(zstd, 100_000);

        try (var in = new GZIPInputStream(Files.newInputStream(gzip))) {
            assertThat(in.readAllBytes()).isEqualTo(new byte[100_000]);
        }
        try (var in = new ZstdInputStream(Files.newInputStream(zstd))) {
            assertThat(in.readAllBytes()).isEqualTo(new byte[100_000]);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.millrace-part");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst"})
    void fileThatIsNotCommittedLeavesTheEarlierFile(String name) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "earlier");

        try (var output = OutputFile.open(file)) {
            output.stream().write(new byte[100]);
        }

        assertThat(file).hasContent("earlier");
        assertThat(folder).isDirectoryNotContaining("glob:**.millrace-part");
    }

    private static void write(Path file, int bytes) throws IOException {
        try (var output = OutputFile.open(file)) {
            output.stream().write(new byte[bytes]);
            output.commit();
        }
    }
}
