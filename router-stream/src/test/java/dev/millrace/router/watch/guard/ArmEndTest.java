package dev.millrace.router.watch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import java.math.BigDecimal;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArmEndTest {
    private static ArmEnd read(byte[] bytes) {
        return ArmEnd.serde().deserializer().deserialize("arms", bytes);
    }

    @Property
    void itIsReadAsItWasWritten(
            @ForAll String model,
            @ForAll boolean isError,
            @ForAll int millis,
            @ForAll @LongRange(min = 0) long nano) {
        var end = new ArmEnd(model.replaceAll("\\p{Cs}", "?"), new Outcome(isError, millis, nano));

        assertThat(read(end.encode())).isEqualTo(end);
    }

    @Property
    void whatIsNoneIsReadAsNone(@ForAll @Size(max = 4) byte[] bytes) {
        Assume.that(bytes.length < 4 || bytes[0] != 1);

        assertThat(read(bytes)).isNull();
    }

    @Nested
    class WhenAJobEnds {
        private final CostEvent event = CostEvent.withoutCall(JobId.of("t", "b", "j"), "t", "b");

        private JobEnd end(@Nullable String error, int attempts) {
            return new JobEnd(
                    "p/1@v1",
                    "new",
                    Lane.NORMAL,
                    error,
                    attempts,
                    new BigDecimal("0.0000000015"),
                    7);
        }

        @Test
        void itsCostIsRoundedToABillionth() {
            assertThat(ArmEnd.of(event, end(null, 1)))
                    .contains(new ArmEnd("new", new Outcome(false, 7, 2)));
        }

        @Test
        void oneThatExpiredWithoutACallSaysNothing() {
            assertThat(ArmEnd.of(event, end("deadline_exceeded", 0))).isEmpty();
        }

        @Test
        void oneThatExpiredAfterACallIsAnError() {
            assertThat(ArmEnd.of(event, end("deadline_exceeded", 1)))
                    .contains(new ArmEnd("new", new Outcome(true, 7, 2)));
        }

        @Test
        void oneThatWasAnsweredWithoutACallSaysNothing() {
            assertThat(ArmEnd.of(event, end(null, 0))).isEmpty();
        }

        @Test
        void oneThatCameToNoModelSaysNothing() {
            assertThat(ArmEnd.of(event, JobEnd.unrouted("budget_exceeded"))).isEmpty();
        }
    }
}
