package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TestkitPageTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)// begin\\n(.*?)\\n *// end");

    @Test
    void theExamplesOfThePageAreCompiled() throws IOException {
        String source =
                Files.readString(
                        Path.of("src/test/java/dev/millrace/testkit/PipelineExamples.java"));
        String page = Files.readString(Path.of("../../docs/libraries.md"));

        assertThat(EXAMPLE.matcher(source).results().map(TestkitPageTest::text))
                .hasSize(2)
                .allSatisfy(it -> assertThat(page).contains("```java\n" + it + "\n```"));
    }

    private static String text(MatchResult example) {
        return example.group(1).stripIndent();
    }
}
