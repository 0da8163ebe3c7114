package dev.millrace.standalone.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveScreenTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LiveScreen screen = new LiveScreen(new PrintStream(written, true, UTF_8));

    private String written() {
        String text = written.toString(UTF_8);
        written.reset();
        return text;
    }

    @Test
    void opensOnceAndRestoresTheTerminalOnce() {
        screen.show(List.of("a"));
        assertThat(written()).startsWith("\u001b[?1049h").contains("\u001b[1;1Ha\u001b[K");
        screen.show(List.of("b"));
        assertThat(written()).doesNotContain("?1049").contains("\u001b[1;1Hb\u001b[K");
        screen.close();
        screen.close();
        assertThat(written()).isEqualTo("\u001b[?7h\u001b[?25h\u001b[?1049l");
    }

    @Test
    void clearsTheRestOfALongerStatusBefore() {
        screen.show(List.of("a", "b", "c"));
        var _ = written();
        screen.show(List.of("d"));
        assertThat(written()).endsWith("d\u001b[K\u001b[2;1H\u001b[J");
    }

    @Test
    void thatNeverOpenedLeavesTheTerminalAlone() {
        screen.close();
        assertThat(written()).isEmpty();
    }
}
