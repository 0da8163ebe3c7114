package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.tika.mime.MediaType;
import org.junit.jupiter.api.Test;

class ParserProcessTest {
    private static List<Path> environments() {
        return ProcessHandle.current()
                .children()
                .map(it -> Path.of("/proc", Long.toString(it.pid())))
                .filter(it -> read(it.resolve("cmdline")).contains(ParserMain.class.getName()))
                .map(it -> it.resolve("environ"))
                .toList();
    }

    /** Returns nothing for a process that has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    void variablesThatMayHoldSecretsAreNotInherited() {
        assumeThat(Path.of("/proc/self/environ")).as("processes of Linux").exists();
        assertThat(System.getenv()).as("variables of this process").containsKey("HOME");

        try (var parser = new ParserProcess(new ParserLimits(Duration.ofMinutes(10), 64))) {
            Extraction read = parser.parse(MediaType.TEXT_HTML, "<p>a".getBytes(UTF_8));

            assertThat(read).isInstanceOf(Extraction.Extracted.class);
            assertThat(environments())
                    .isNotEmpty()
                    .allSatisfy(it -> assertThat(read(it)).doesNotContain("HOME="));
        }
    }
}
