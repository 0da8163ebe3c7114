package dev.millrace.standalone.cluster;

import dev.millrace.router.RouterSettings;
import dev.millrace.standalone.cluster.NeedResult.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Decides by the settings that a broker reports.
 *
 * @param values by name; settings that the broker does not report are absent
 */
record BrokerSettings(Map<String, String> values) {
    private static final String OFFSETS_RETENTION = "offsets.retention.minutes";
    private static final String SESSION_TIMEOUT = "group.min.session.timeout.ms";

    /** Models can stay unused for months. */
    private static final Duration SAFE_RETENTION = Duration.ofDays(365);

    private static final String UNREPORTED = "the brokers do not report %s to this user";

    List<NeedResult> results() {
        return List.of(offsetRetention(), sessionTimeout());
    }

    private NeedResult offsetRetention() {
        ClusterNeed need = ClusterNeed.OFFSET_RETENTION;
        OptionalLong minutes = number(OFFSETS_RETENTION);
        if (minutes.isEmpty()) {
            return new NeedResult(need, State.UNKNOWN, UNREPORTED.formatted(OFFSETS_RETENTION));
        }
        Duration retention = Duration.ofMinutes(minutes.getAsLong());
        return new NeedResult(
                need,
                retention.compareTo(SAFE_RETENTION) < 0 ? State.LIMITED : State.OK,
                retention.toDays() + " days");
    }

    private NeedResult sessionTimeout() {
        ClusterNeed need = ClusterNeed.SESSION_TIMEOUT;
        OptionalLong least = number(SESSION_TIMEOUT);
        if (least.isEmpty()) {
            return new NeedResult(need, State.UNKNOWN, UNREPORTED.formatted(SESSION_TIMEOUT));
        }
        return new NeedResult(
                need,
                least.getAsLong() > RouterSettings.DEFAULT_SESSION_TIMEOUT.toMillis()
                        ? State.MISSING
                        : State.OK,
                "at least " + least.getAsLong() + " ms");
    }

    private OptionalLong number(String name) {
        String value = values.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }
}
