package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.cluster.NeedResult.State;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerSettingsTest {
    private static NeedResult of(ClusterNeed need, Map<String, String> values) {
        return new BrokerSettings(values)
                .results().stream().filter(it -> it.need() == need).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"10080, LIMITED", "525599, LIMITED", "525600, OK", "2147483647, OK"})
    void offsetsAreKeptForAYear(String minutes, State state) {
        var values = Map.of("offsets.retention.minutes", minutes);

        assertThat(of(ClusterNeed.OFFSET_RETENTION, values).state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"6000, OK", "10000, OK", "10001, MISSING"})
    void routersHaveASessionOfTenSeconds(String millis, State state) {
        var values = Map.of("group.min.session.timeout.ms", millis);

        assertThat(of(ClusterNeed.SESSION_TIMEOUT, values).state()).isEqualTo(state);
    }

    @Test
    void unreportedSettingIsUnknown() {
        assertThat(new BrokerSettings(Map.of()).results())
                .extracting(NeedResult::state)
                .containsOnly(State.UNKNOWN);
    }

    @Test
    void lineSaysWhatFollowsAndWhatToDo() {
        var values = Map.of("offsets.retention.minutes", "10080");

        assertThat(of(ClusterNeed.OFFSET_RETENTION, values).line())
                .isEqualTo(
                        "limited  offset retention: 7 days. Partitions without a service for so"
                                + " long stop. Set offsets.retention.minutes=2147483647 on each"
                                + " broker");
    }
}
