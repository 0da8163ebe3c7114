package dev.millrace.simulator.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.settings.LimitSettings;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ModelLimitsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Near the largest long, so that the ticker overflows. */
    private static final long START = Long.MAX_VALUE - 1_000_000;

    private static ModelLimits requests(int perMinute, Duration burst) {
        return new ModelLimits(new LimitSettings(perMinute, 0, 0, 0, 0, burst), START);
    }

    private static boolean isGranted(Admission admission) {
        return admission instanceof Admission.Granted;
    }

    @Test
    void requestIsGrantedAfterTheAnnouncedDelay() {
        ModelLimits limits = requests(2, MINUTE);
        limits.admit(1, 1, START);
        limits.admit(1, 1, START);

        Admission refused = limits.admit(1, 1, START);

        assertThat(refused).isInstanceOf(Admission.Refused.class);
        Duration wait = ((Admission.Refused) refused).delay();
        assertThat(wait).isEqualTo(Duration.ofSeconds(30));
        assertThat(isGranted(limits.admit(1, 1, START + wait.toNanos() - 1))).isFalse();
        assertThat(isGranted(limits.admit(1, 1, START + wait.toNanos()))).isTrue();
    }

    @Test
    void callLargerThanTheLimitLeavesTheBucketNegative() {
        ModelLimits limits = new ModelLimits(new LimitSettings(0, 100, 0, 0, 0, MINUTE), START);

        assertThat(isGranted(limits.admit(150, 50, START))).isTrue();

        Admission next = limits.admit(1, 0, START);
        assertThat(next).isInstanceOf(Admission.Refused.class);
        assertThat(next.states().getFirst().remaining()).isZero();
        assertThat(((Admission.Refused) next).delay())
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    }

    @Test
    void refusedCallUsesNoLimit() {
        ModelLimits limits = new ModelLimits(new LimitSettings(10, 100, 0, 0, 0, MINUTE), START);
        limits.admit(100, 0, START);

        Admission refused = limits.admit(50, 0, START);

        assertThat(refused.states().getFirst().remaining()).isEqualTo(9);
    }

    @Property
    void grantedCallsNeverExceedBurstPlusRefill(
            @ForAll @IntRange(min = 1, max = 6_000) int perMinute,
            @ForAll @IntRange(min = 1, max = 120_000) int burstMillis,
            @ForAll @Size(max = 400) List<@IntRange(max = 200) Integer> pausesMillis) {
        Duration burst = Duration.ofMillis(burstMillis);
        ModelLimits limits = requests(perMinute, burst);
        long now = START;
        int grantedCalls = 0;
        for (int pause : pausesMillis) {
            now += Duration.ofMillis(pause).toNanos();
            grantedCalls += isGranted(limits.admit(1, 1, now)) ? 1 : 0;
        }

        double minutes = (double) (now - START + burst.toNanos()) / (double) MINUTE.toNanos();
        assertThat((double) grantedCalls).isLessThanOrEqualTo(minutes * perMinute + 1);
    }
}
