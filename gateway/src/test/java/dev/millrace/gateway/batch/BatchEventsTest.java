package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchEventsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 49, 50, 51, 499, 500})
    void streamsOfATenantAskTheSinkAtMostFiftyTimesASecond(int streams) {
        double secondsOfAStream = BatchEvents.interval(streams).toMillis() / 1e3;

        assertThat(streams / secondsOfAStream).isLessThanOrEqualTo(50);
    }

    @Test
    void fewStreamsShowEachSecond() {
        assertThat(BatchEvents.interval(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(BatchEvents.interval(50)).isEqualTo(Duration.ofSeconds(1));
    }
}
