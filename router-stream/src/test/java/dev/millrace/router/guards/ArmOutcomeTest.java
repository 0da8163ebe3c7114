package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import java.math.BigDecimal;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArmOutcomeTest {
    private static ArmOutcome read(byte[] bytes) {
        return ArmOutcome.serde().deserializer().deserialize("arms", bytes);
    }

    @Property
    void decodesWhatWasEncoded(
            @ForAll String model,
            @ForAll boolean isError,
            @ForAll int millis,
            @ForAll @LongRange(min = 0) long nano,
            @ForAll @LongRange(min = -1) long callAge) {
        var outcome =
                new ArmOutcome(
                        model.replaceAll("\\p{Cs}", "?"),
                        new JobOutcome(isError, millis, nano),
                        callAge < 0 ? null : Long.valueOf(callAge));

        assertThat(read(outcome.encode())).isEqualTo(outcome);
    }

    @Property
    void malformedBytesReadAsNull(@ForAll @Size(max = 4) byte[] bytes) {
        Assume.that(bytes.length < 4 || bytes[0] != 2);

        assertThat(read(bytes)).isNull();
    }

    @Nested
    class WhenAJobEnds {
        private final CostEvent event = CostEvent.withoutCall(JobId.of("t", "b", "j"), "t", "b");

        private JobEnd jobEnd(@Nullable String error, int attempts) {
            return new JobEnd(
                    new Route("p/1@v1", "new"),
                    Lane.NORMAL,
                    error,
                    attempts,
                    new BigDecimal("0.0000000015"),
                    7);
        }

        @Test
        void costIsRoundedToABillionthOfADollar() {
            assertThat(ArmOutcome.of(event, jobEnd(null, 1)))
                    .contains(new ArmOutcome("new", new JobOutcome(false, 7, 2), null));
        }

        @Test
        void ageOfTheArmsCallIsKept() {
            assertThat(ArmOutcome.of(event, jobEnd(null, 1).calledAgo(9)))
                    .contains(new ArmOutcome("new", new JobOutcome(false, 7, 2), 9L));
        }

        @Test
        void jobThatExpiredWithoutACallIsIrrelevant() {
            assertThat(ArmOutcome.of(event, jobEnd("deadline_exceeded", 0))).isEmpty();
        }

        @Test
        void jobThatExpiredAfterACallIsAnError() {
            assertThat(ArmOutcome.of(event, jobEnd("deadline_exceeded", 1)))
                    .contains(new ArmOutcome("new", new JobOutcome(true, 7, 2), null));
        }

        @Test
        void jobAnsweredWithoutACallIsIrrelevant() {
            assertThat(ArmOutcome.of(event, jobEnd(null, 0))).isEmpty();
        }

        @Test
        void unroutedJobIsIrrelevant() {
            assertThat(ArmOutcome.of(event, JobEnd.unrouted("budget_exceeded"))).isEmpty();
        }
    }
}
