package dev.millrace.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Main;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OutputLocaleTest {
    @Test
    void unreadableNamesAreRefusedWithTheLocaleToSet() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command =
                "LC_ALL=C exec %s -Xmx512m -cp '%s' %s run $'gr\\xc3\\xb6\\xc3\\x9fe.jsonl'"
                        .formatted(
                                java, System.getProperty("java.class.path"), Main.class.getName());
        Process process =
                new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(output).contains("LC_ALL=C.UTF-8");
        assertThat(process.waitFor()).isEqualTo(2);
    }
}
