package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares {@code docs/kafka.md} with what {@code topics check} tries. */
class KafkaPageTest {
    private static final Path PAGE = Path.of("..", "docs", "kafka.md");

    @ParameterizedTest
    @EnumSource(ClusterNeed.class)
    void pageExplainsTheNeed(ClusterNeed need) throws IOException {
        assertThat(Files.readAllLines(PAGE))
                .anyMatch(line -> line.startsWith("| " + need.words() + " |"));
    }
}
