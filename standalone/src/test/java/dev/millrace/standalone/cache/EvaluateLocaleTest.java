package dev.millrace.standalone.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateLocaleTest {
    private static final String PAIR = "{\"a\":\"one\",\"b\":\"one\",\"same\":true}\n";

    @TempDir private Path folder;

    /** Uses Arabic, which has different digits. */
    @Test
    void numbersHaveTheSameFormInEveryLanguage() throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.jsonl"), PAIR.repeat(2));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Duser.language=ar",
                                "-Duser.country=EG",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "cache",
                                "evaluate",
                                pairs.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(output).startsWith("2 pairs, 2 with the same answer");
    }
}
