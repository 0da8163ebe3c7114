package dev.millrace.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamTimeoutsTest {
    private static StreamTimeouts timeouts(String yaml) {
        return StreamTimeouts.of(new ConfigLoader(Map.of()).parse("test", yaml).withSimulator());
    }

    @Test
    void gatewayWaitsAMinuteBetweenChunksByDefault() {
        assertThat(timeouts("{}").betweenChunks()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void gatewayWaitsLongerThanItsWorkers() {
        var configured =
                timeouts(
                        "{ worker: { timeouts: { between_chunks: 4m } }, gateway: { timeout: 7m } }");

        assertThat(configured.betweenChunks()).isEqualTo(Duration.ofSeconds(4 * 60 + 30));
        assertThat(configured.answer()).isEqualTo(Duration.ofMinutes(7));
    }
}
