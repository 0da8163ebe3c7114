package dev.millrace.standalone.usage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.policy.Policy;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests which changes are refused because the caller saw an earlier state. */
class PipelineChangesTest {
    private static ControlState inForce(int version) {
        var applied =
                new AppliedPolicy(
                        "default",
                        version,
                        Policy.SHIPPED,
                        Instant.parse("2026-11-20T12:00:00Z"),
                        "ada",
                        Optional.empty());
        var put = applied.record();
        return ControlState.EMPTY.with(put.key().text(), put.value());
    }

    @Test
    void replacedVersionIsNotRolledBack() {
        assertThatThrownBy(() -> PipelineChanges.requireInForce(inForce(8), "default", "v7"))
                .hasMessage("v7 is not the version of default in force; v8 is");
    }

    @Test
    void versionInForceIsRolledBack() {
        assertThatCode(() -> PipelineChanges.requireInForce(inForce(8), "default", "v8"))
                .doesNotThrowAnyException();
    }
}
