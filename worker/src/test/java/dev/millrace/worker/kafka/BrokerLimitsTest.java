package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerLimitsTest {
    private static Config retention(String minutes) {
        return new Config(List.of(new ConfigEntry("offsets.retention.minutes", minutes)));
    }

    @Test
    void kafkasDefaultRetentionOfOffsetsIsWarnedOf() {
        assertThat(BrokerLimits.retentionWarning(retention("10080")))
                .hasValueSatisfying(
                        it ->
                                assertThat(it)
                                        .contains(
                                                "7 days", "offsets.retention.minutes=2147483647"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"525600", "2147483647"})
    void longRetentionIsNotWarnedOf(String minutes) {
        assertThat(BrokerLimits.retentionWarning(retention(minutes))).isEmpty();
    }

    @Test
    void unknownRetentionIsNotWarnedOf() {
        assertThat(BrokerLimits.retentionWarning(null)).isEmpty();
        assertThat(BrokerLimits.retentionWarning(new Config(List.of()))).isEmpty();
    }
}
