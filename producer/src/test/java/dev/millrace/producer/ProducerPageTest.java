package dev.millrace.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProducerPageTest {
    @Test
    void theExampleOfThePageIsCompiled() throws IOException {
        String source =
                Files.readString(
                        Path.of("src/test/java/dev/millrace/producer/PublishExample.java"));
        int begin = source.indexOf("// begin\n") + "// begin\n".length();
        String example =
                source.substring(begin, source.indexOf("        // end"))
                        .stripTrailing()
                        .stripIndent();

        assertThat(Files.readString(Path.of("../docs/libraries.md")))
                .contains("```java\n" + example + "\n```");
    }
}
