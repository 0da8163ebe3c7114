package dev.millrace.standalone.run.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldCallsMonitorTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(printed, true, UTF_8);
    private Health worker = Health.ready("2 partitions");
    private final HeldCallsMonitor held =
            new HeldCallsMonitor(
                    new Terminal(stream, stream, false), () -> Map.of("worker", worker));

    private void tick(String... causes) {
        worker = Health.ready("2 partitions", List.of(causes));
        held.onTick(() -> {});
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void eachCauseIsReportedOnce() {
        tick("the key is wrong");
        tick("the key is wrong");
        tick("the key is wrong", "the model is unknown");

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("the key is wrong"),
                        line -> assertThat(line).endsWith("the model is unknown"));
    }

    @Test
    void endOfAllCausesIsReported() {
        tick("the key is wrong");
        tick();
        tick();

        assertThat(lines()).hasSize(2).last().asString().endsWith("no calls are stopped any more");
    }

    @Test
    void runWithoutCausesPrintsNothing() {
        tick();

        assertThat(lines()).isEmpty();
    }
}
