package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The plain lines of a run whose standard error is no terminal. */
class ProgressDisplayTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final RunProgress progress = new RunProgress();
    private final ProgressDisplay display;
    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(20);

    ProgressDisplayTest() {
        var err = new PrintStream(printed, true, UTF_8);
        display = new ProgressDisplay(new Terminal(err, err, false), () -> nanos, progress);
        progress.setTotal(100);
        for (int line = 1; line <= 100; line++) {
            progress.onPlanned(false);
            progress.addPending("b", line, false);
        }
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            display.onTick();
            nanos += TimeUnit.SECONDS.toNanos(1);
        }
        display.onTick();
    }

    private void finish(long line) {
        progress.onResult(
                line,
                new ResultView(
                        "j",
                        "c",
                        "t",
                        "b",
                        line,
                        200,
                        null,
                        "m",
                        "p",
                        1,
                        BigDecimal.ZERO,
                        0,
                        1_000),
                nanos);
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void unknownTimeLeftIsNotShown() {
        display.onTick();
        nanos += TimeUnit.SECONDS.toNanos(5);
        finish(1);
        nanos += TimeUnit.SECONDS.toNanos(5);
        finish(2);
        display.onTick(", m waits: no_worker", _ -> Optional.empty());
        nanos += TimeUnit.SECONDS.toNanos(5);
        finish(3);
        display.onTick("", it -> Optional.of(it.plusHours(3)));

        assertThat(lines().get(0)).endsWith(" jobs/s, m waits: no_worker");
        assertThat(lines().get(1)).contains(" jobs/s, 3 h ").endsWith(" left");
    }

    @Test
    void unchangedFiguresAreRepeatedOnceAMinuteOnly() {
        pass(10);
        finish(1);
        pass(50);
        assertThat(lines()).hasSize(2);
        assertThat(lines().getLast()).contains("1 of 100 done, 0 failed");

        pass(30);
        assertThat(lines()).hasSize(3);
        assertThat(lines().getLast()).contains("1 of 100 done, 0 failed");
    }

    @Test
    void changedFiguresAreShownEveryFewSeconds() {
        for (int line = 1; line <= 30; line++) {
            finish(line);
            pass(1);
        }

        assertThat(lines()).hasSize(6);
        assertThat(lines().getLast()).contains("30 of 100 done", "1 jobs/s", "1 min 1");
    }
}
