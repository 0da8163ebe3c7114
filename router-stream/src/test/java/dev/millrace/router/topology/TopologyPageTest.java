package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TopologyPageTest {
    private static final Path DRAWING = Path.of("..", "docs", "images", "router.mermaid");

    @Test
    void drawingShowsTheCurrentTopology() throws IOException {
        String drawn;
        try (var router = new RouterDriver()) {
            drawn =
                    TopologyDrawing.of(router.description())
                            .replace(RouterDriver.TOPICS.prefix(), "millrace.");
        }

        assertThat(Files.readString(DRAWING, UTF_8))
                .as("%s must contain this drawing:%n%s", DRAWING, drawn)
                .isEqualTo(drawn);
    }
}
