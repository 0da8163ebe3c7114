package dev.millrace.standalone.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.control.PolicyChange;
import dev.millrace.standalone.control.PolicyUpdates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Applies a policy after a guard has tripped one of its arms. */
class TrippedArmTest {
    private static final String ARM = "claude-sonnet-4.5";
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Trip TRIP =
            new Trip(NOON, "v1", 1, "11 errors", 20, 11, BigDecimal.ONE, Optional.empty());

    private static Policy policy(int weight) {
        var guard = new Guard(ARM, Optional.of(5.0), Optional.empty(), Optional.empty(), 200);
        return new Policy(
                List.of(
                        new Rule(
                                Optional.empty(),
                                List.of(),
                                List.of(new Arm("gpt-4.1", 90), new Arm(ARM, weight)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(guard))));
    }

    private static ControlState after(Trip trip) {
        var entry = trip.record("default", ARM);
        return ControlState.EMPTY.with(entry.key().text(), entry.value());
    }

    private static String applied(ControlState state, boolean asJson) {
        Map<String, Policy> wanted = Map.of("default", policy(20));
        List<PolicyChange> changes =
                PolicyUpdates.apply(
                                state,
                                wanted,
                                Map.of(),
                                new ChangeMetadata(NOON, "test", Optional.empty()))
                        .result();
        var tripped = TrippedArm.of(wanted, state, Catalog.shipped());
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, UTF_8);
        if (asJson) {
            PolicyChangeReport.printJson(changes, tripped, out);
        } else {
            PolicyChangeReport.print(changes, tripped, out);
        }
        return bytes.toString(UTF_8);
    }

    @Test
    void applyNamesTheArmThatStaysWithoutAShare() {
        assertThat(applied(after(TRIP), false))
                .contains(
                        "  rule 1: claude-sonnet-4.5 has 0 %, since a guard tripped it at"
                                + " 2026-11-20T12:00:00Z: 11 errors; \"millrace policy clear default"
                                + " claude-sonnet-4.5\" restores its share");
    }

    @Test
    void jsonHasTheTrippedArm() {
        assertThat(applied(after(TRIP), true))
                .contains(
                        "\"tripped\":[{\"arm\":\"claude-sonnet-4.5\",\"rule\":1,"
                                + "\"at\":\"2026-11-20T12:00:00Z\",\"reason\":\"11 errors\"}]");
    }

    @Test
    void clearedTripIsNotNamed() {
        assertThat(applied(after(TRIP.cleared(NOON.plusSeconds(60))), false))
                .doesNotContain("policy clear");
        assertThat(applied(ControlState.EMPTY, true)).contains("\"tripped\":[]");
    }
}
