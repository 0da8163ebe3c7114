package dev.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClientPageTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("(?s)// begin\\n(.*?)\\n *// end", Pattern.MULTILINE);

    @Test
    void theExamplesOfThePageAreCompiled() throws IOException {
        String source =
                Files.readString(Path.of("src/test/java/dev/millrace/client/CallExamples.java"));
        String page = Files.readString(Path.of("../../docs/libraries.md"));

        assertThat(EXAMPLE.matcher(source).results().map(it -> it.group(1).stripIndent()))
                .hasSize(3)
                .allSatisfy(it -> assertThat(page).contains("```java\n" + it + "\n```"));
    }
}
