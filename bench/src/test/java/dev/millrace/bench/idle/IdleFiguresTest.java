package dev.millrace.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.idle.IdleFigures.IdleUsage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdleFiguresTest {
    private final IdleFigures figures =
            new IdleFigures(
                    IdleUsage.of(Duration.ofMillis(200), Duration.ofSeconds(5), 1_414),
                    IdleUsage.of(Duration.ofMillis(100), Duration.ofSeconds(5), 361));

    @Test
    void textShowsTheShareOfOneCoreAndTheMemory() {
        assertThat(figures.text())
                .isEqualTo(
                        """
                        idle pipeline              4.00 % of a core, 1,414 MiB resident
                        bare broker with Streams   2.00 % of a core, 361 MiB resident
                        """);
    }

    @Test
    void jsonNamesEachFigure() {
        assertThat(figures.json())
                .isEqualTo(
                        "{\"percent_of_core\":4.0,\"resident_mib\":1414,"
                                + "\"bare_percent_of_core\":2.0,\"bare_resident_mib\":361}");
    }
}
