package dev.millrace.simulator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.settings.LimitSettings;
import dev.millrace.simulator.settings.LimitSettings.Window;
import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AccountLimitsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Near the largest long, so that the ticker overflows. */
    private static final long START = Long.MAX_VALUE - 1_000_000;

    private static AccountLimits limits(int requests, long tokens, Window window, Duration burst) {
        return new AccountLimits(
                new LimitSettings(requests, tokens, 0, 0, 0, 0, 0, window, burst, true), START);
    }

    private static AccountLimits buckets(int requests, long tokens) {
        return limits(requests, tokens, Window.BUCKET, MINUTE);
    }

    private static AccountLimits windows(int requests, long tokens) {
        return limits(requests, tokens, Window.SLIDING, MINUTE);
    }

    private static Admission admit(AccountLimits limits, int input, int output, long nowNanos) {
        return AccountLimits.admit(
                List.of(limits), new Usage(input, 0, 0, output, 0, false), nowNanos);
    }

    private static boolean isGranted(Admission admission) {
        return admission instanceof Admission.Granted;
    }

    private static long after(Duration time) {
        return START + time.toNanos();
    }

    @Group
    @Nested
    class Buckets {
        @Test
        void requestIsGrantedAfterTheAnnouncedDelay() {
            AccountLimits limits = buckets(2, 0);
            admit(limits, 1, 1, START);
            admit(limits, 1, 1, START);

            Admission refused = admit(limits, 1, 1, START);

            assertThat(refused).isInstanceOf(Admission.Refused.class);
            Duration wait = ((Admission.Refused) refused).delay();
            assertThat(wait).isEqualTo(Duration.ofSeconds(30));
            assertThat(isGranted(admit(limits, 1, 1, after(wait) - 1))).isFalse();
            assertThat(isGranted(admit(limits, 1, 1, after(wait)))).isTrue();
        }

        @Test
        void callLargerThanTheLimitLeavesTheBucketNegative() {
            AccountLimits limits = buckets(0, 100);

            assertThat(isGranted(admit(limits, 150, 50, START))).isTrue();

            Admission next = admit(limits, 1, 0, START);
            assertThat(next).isInstanceOf(Admission.Refused.class);
            assertThat(next.states().getFirst().remaining()).isZero();
            assertThat(((Admission.Refused) next).delay())
                    .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
        }

        @Test
        void refusedCallUsesNoLimit() {
            AccountLimits limits = buckets(10, 100);
            admit(limits, 100, 0, START);

            Admission refused = admit(limits, 50, 0, START);

            assertThat(refused.states().getFirst().remaining()).isEqualTo(9);
        }

        @Property
        void grantedCallsNeverExceedBurstPlusRefill(
                @ForAll @IntRange(min = 1, max = 6_000) int perMinute,
                @ForAll @IntRange(min = 1, max = 120_000) int burstMillis,
                @ForAll @Size(max = 400) List<@IntRange(max = 200) Integer> pausesMillis) {
            Duration burst = Duration.ofMillis(burstMillis);
            AccountLimits limits = limits(perMinute, 0, Window.BUCKET, burst);
            long now = START;
            int grantedCalls = 0;
            for (int pause : pausesMillis) {
                now += Duration.ofMillis(pause).toNanos();
                grantedCalls += isGranted(admit(limits, 1, 1, now)) ? 1 : 0;
            }

            double minutes = (double) (now - START + burst.toNanos()) / (double) MINUTE.toNanos();
            assertThat((double) grantedCalls).isLessThanOrEqualTo(minutes * perMinute + 1);
        }
    }

    @Group
    @Nested
    class SlidingWindows {
        @Test
        void requestCountsUntilExactlyOneMinuteLater() {
            AccountLimits limits = windows(1, 0);
            admit(limits, 1, 1, START);

            assertThat(isGranted(admit(limits, 1, 1, after(MINUTE) - 1))).isFalse();
            assertThat(isGranted(admit(limits, 1, 1, after(MINUTE)))).isTrue();
        }

        @Test
        void delayLastsUntilEnoughOfTheWindowIsFree() {
            AccountLimits limits = windows(0, 100);
            admit(limits, 30, 0, START);
            admit(limits, 30, 0, after(Duration.ofSeconds(10)));
            admit(limits, 40, 0, after(Duration.ofSeconds(20)));

            Admission refused = admit(limits, 50, 0, after(Duration.ofSeconds(25)));

            assertThat(((Admission.Refused) refused).delay()).isEqualTo(Duration.ofSeconds(45));
            assertThat(refused.states())
                    .containsExactly(
                            new LimitState(LimitState.Kind.TOKENS, 100, 0, Duration.ofSeconds(55)));
        }

        @Test
        void callLargerThanTheLimitIsNeverGranted() {
            AccountLimits limits = windows(0, 100);

            assertThat(admit(limits, 60, 41, START))
                    .isEqualTo(
                            new Admission.TooLarge(
                                    "tokens per min (TPM)",
                                    100,
                                    101,
                                    List.of(
                                            new LimitState(
                                                    LimitState.Kind.TOKENS,
                                                    100,
                                                    100,
                                                    Duration.ZERO))));
        }

        @Test
        void limitPerSecondIsNotInTheStates() {
            var settings = new LimitSettings(0, 0, 0, 0, 2, 0, 0, Window.BUCKET, MINUTE, true);
            AccountLimits limits = new AccountLimits(settings, START);

            assertThat(isGranted(admit(limits, 1, 1, START))).isTrue();
            assertThat(isGranted(admit(limits, 1, 1, START))).isTrue();
            Admission third = admit(limits, 1, 1, START);

            assertThat(third)
                    .isEqualTo(
                            new Admission.Refused(
                                    "requests per sec (RPS)", Duration.ofSeconds(1), List.of()));
        }

        @Test
        void limitsWithoutHeadersAreNotInTheStates() {
            var settings = new LimitSettings(2, 0, 0, 0, 0, 0, 0, Window.SLIDING, MINUTE, false);

            assertThat(admit(new AccountLimits(settings, START), 1, 1, START).states()).isEmpty();
        }

        @Property
        void callIsGrantedExactlyWhenItsWindowHasRoom(
                @ForAll @IntRange(min = 1, max = 20) int requests,
                @ForAll @IntRange(min = 50, max = 500) int tokens,
                @ForAll @Size(max = 200) List<@IntRange(max = 20) Integer> pausesSeconds,
                @ForAll @Size(min = 10, max = 10)
                        List<@IntRange(min = 1, max = 50) Integer> sizes) {
            AccountLimits limits = windows(requests, tokens);
            record Call(long nanos, int tokens) {}
            List<Call> granted = new ArrayList<>();
            long now = START;
            for (int i = 0; i < pausesSeconds.size(); i++) {
                now += Duration.ofSeconds(pausesSeconds.get(i)).toNanos();
                int size = sizes.get(i % sizes.size());
                long start = now;
                List<Call> window =
                        granted.stream()
                                .filter(call -> start - call.nanos < MINUTE.toNanos())
                                .toList();
                int used = window.stream().mapToInt(Call::tokens).sum();
                boolean hasRoom = window.size() < requests && used + size <= tokens;

                Admission admission = admit(limits, size, 0, now);

                assertThat(isGranted(admission)).isEqualTo(hasRoom);
                if (hasRoom) {
                    granted.add(new Call(now, size));
                }
            }
        }
    }

    @Nested
    class SeveralGroups {
        @Test
        void callThatOneGroupRefusesUsesNothingOfTheOther() {
            AccountLimits model = windows(10, 0);
            AccountLimits account = windows(1, 0);
            AccountLimits.admit(List.of(model, account), Usage.NONE, START);

            Admission refused = AccountLimits.admit(List.of(model, account), Usage.NONE, START);

            assertThat(refused).isInstanceOf(Admission.Refused.class);
            assertThat(refused.states().getFirst().remaining()).isZero();
            assertThat(admit(model, 0, 0, START).states().getFirst().remaining()).isEqualTo(8);
        }
    }
}
