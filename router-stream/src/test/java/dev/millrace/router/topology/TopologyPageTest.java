package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TopologyPageTest {
    private static final Path PAGE = Path.of("..", "docs", "router.md");

    @Test
    void pageShowsTheCurrentTopology() throws IOException {
        String drawn;
        try (var router = new RouterDriver()) {
            String asInTests = TopologyDrawing.of(router.description());
            drawn =
                    "```mermaid\n"
                            + asInTests.replace(RouterDriver.TOPICS.prefix(), "millrace.")
                            + "```";
        }

        assertThat(Files.readString(PAGE, UTF_8))
                .as("%s must contain this drawing:%n%s", PAGE, drawn)
                .contains(drawn);
    }
}
