package dev.millrace.standalone.policy.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    /** Reports 10 % at once and 25 % after two seconds; returns the output. */
    private String run(boolean interactive) {
        var err = new PrintStream(shown, true, StandardCharsets.UTF_8);
        try (var line = new ProgressLine(new Terminal(err, err, interactive), nanos::get)) {
            line.onProgress(0.1, 10);
            assertThat(shown.size()).isZero();
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            line.onProgress(0.25, 1000);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class OnATerminal {
        @Test
        void isDrawnDuringALongReadAndClearedAtTheEnd() {
            assertThat(run(true))
                    .isEqualTo("\r\u001b[2Kreading: 25 %, 1,000 cost events\r\u001b[2K");
        }
    }

    @Nested
    class Elsewhere {
        @Test
        void isNotDrawn() {
            assertThat(run(false)).isEmpty();
        }
    }
}
