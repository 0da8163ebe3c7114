package dev.millrace.similarity.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.similarity.verification.VerificationState.Measuring;
import dev.millrace.similarity.verification.VerificationState.SwitchedOff;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationStateTest {
    private static final VerificationPolicy POLICY = VerificationPolicy.of(0.95, 0.02);

    private static VerificationState after(VerificationState start, int right, int wrong) {
        VerificationState state = start;
        for (int i = 0; i < right; i++) {
            state = state.toVerified(true, POLICY);
        }
        for (int i = 0; i < wrong; i++) {
            state = state.toVerified(false, POLICY);
        }
        return state;
    }

    @Nested
    class Threshold {
        @ParameterizedTest
        @CsvSource({"7,1", "25,2", "102,5"})
        void tooManyWrongHitsRaiseItAndTheCountStartsAfresh(int right, int wrong) {
            assertThat(after(POLICY.start(), right, wrong)).isEqualTo(new Measuring(0.96, 0, 0));
        }

        @ParameterizedTest
        @CsvSource({"8,1", "26,2", "103,5", "1000,0"})
        void fewWrongHitsAreCounted(int right, int wrong) {
            assertThat(after(POLICY.start(), right, wrong))
                    .isEqualTo(new Measuring(0.95, right, wrong));
        }

        @Test
        void namespaceIsSwitchedOffAboveTheHighestOne() {
            assertThat(after(POLICY.start(), 0, 4)).isEqualTo(new Measuring(0.99, 0, 0));

            VerificationState off = after(POLICY.start(), 0, 5);
            assertThat(off).isEqualTo(new SwitchedOff(0, 1));
            assertThat(off.threshold(POLICY)).isEmpty();
            assertThat(off.toVerified(true, POLICY)).isEqualTo(off);
        }

        @Test
        void raisedOneStaysWhenALowerOneIsConfigured() {
            var raised = new Measuring(0.97, 3, 0);

            assertThat(raised.threshold(VerificationPolicy.of(0.9, 0.02))).hasValue(0.97);
            assertThat(raised.threshold(VerificationPolicy.of(0.98, 0.02))).hasValue(0.98);
        }

        @Test
        void configuredOneMayBeAboveTheUsualHighestOne() {
            var strict = VerificationPolicy.of(0.995, 0.02);

            assertThat(strict.start().toVerified(false, strict)).isEqualTo(new SwitchedOff(0, 1));
        }
    }

    @Nested
    class Counts {
        @Test
        void fullCountsAreHalved() {
            assertThat(after(new Measuring(0.95, 990, 10), 1, 0))
                    .isEqualTo(new Measuring(0.95, 496, 5));
        }

        @Test
        void longRightHistoryDoesNotHideANewFault() {
            VerificationState state = after(POLICY.start(), 50_000, 0);
            int wrong = 0;
            while (state.threshold(POLICY).orElseThrow() < 0.96) {
                state = state.toVerified(false, POLICY);
                wrong++;
            }
            assertThat(wrong).isLessThan(40);
        }

        @Test
        void wrongCountsAreRefused() {
            assertThatIllegalArgumentException().isThrownBy(() -> new Measuring(0.95, -1, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> new Measuring(0.95, 600, 600));
            assertThatIllegalArgumentException().isThrownBy(() -> new SwitchedOff(0, -1));
            assertThatIllegalArgumentException().isThrownBy(() -> new Measuring(Double.NaN, 0, 0));
        }
    }

    /** Runs namespaces whose precision does not depend on their threshold. */
    @Nested
    class Decision {
        /** Returns the part of 2,000 namespaces that become stricter within 300 verified hits. */
        private static double raisedPart(double precision) {
            var random = new Random(11);
            int raised = 0;
            for (int i = 0; i < 2_000; i++) {
                VerificationState state = POLICY.start();
                for (int hit = 0; hit < 300 && state.threshold(POLICY).orElse(1) < 0.96; hit++) {
                    state = state.toVerified(random.nextDouble() < precision, POLICY);
                }
                raised += state.threshold(POLICY).orElse(1) > 0.955 ? 1 : 0;
            }
            return raised / 2_000.0;
        }

        @ParameterizedTest
        @CsvSource({"0.90, 1.00", "0.95, 0.96", "0.98, 0.31", "0.99, 0.10", "0.995, 0.04"})
        void impreciseNamespacesBecomeStricterMoreOften(double precision, double part) {
            assertThat(raisedPart(precision)).isCloseTo(part, within(0.015));
        }
    }

    @Nested
    class Sample {
        private static double part(VerificationState state, VerificationPolicy policy) {
            int verified = 0;
            for (int i = 0; i < 50_000; i++) {
                verified += policy.verifies(state, 0, "job-" + i) ? 1 : 0;
            }
            return verified / 50_000.0;
        }

        @Test
        void shareOfTheHitsIsVerified() {
            assertThat(part(new Measuring(0.95, 50, 0), POLICY)).isCloseTo(0.02, within(0.002));
        }

        @Test
        void moreOfTheFirstHitsAreVerified() {
            assertThat(part(new Measuring(0.95, 49, 0), POLICY)).isCloseTo(0.2, within(0.006));
        }

        @Test
        void hitsUnderWayCountAsTheFirstHits() {
            int verified = 0;
            for (int i = 0; i < 50_000; i++) {
                verified += POLICY.verifies(new Measuring(0.95, 20, 0), 30, "job-" + i) ? 1 : 0;
            }
            assertThat(verified / 50_000.0).isCloseTo(0.02, within(0.002));
        }

        @Test
        void nothingIsVerifiedWithoutHitsOrShare() {
            assertThat(part(new SwitchedOff(0, 3), POLICY)).isZero();
            assertThat(part(POLICY.start(), VerificationPolicy.of(0.95, 0))).isZero();
        }

        @Test
        void allAreVerifiedWithAShareOfOne() {
            assertThat(part(POLICY.start(), VerificationPolicy.of(0.95, 1))).isOne();
        }

        @Test
        void sameJobIsDecidedTheSame() {
            for (int i = 0; i < 100; i++) {
                assertThat(POLICY.verifies(POLICY.start(), 0, "job-" + i))
                        .isEqualTo(POLICY.verifies(new Measuring(0.97, 4, 1), 0, "job-" + i));
            }
        }
    }

    @Property(tries = 200)
    void thresholdNeverFallsAndCountsStayBounded(
            @ForAll Random random, @ForAll @DoubleRange(min = 0.5, max = 1) double precision) {
        VerificationState state = POLICY.start();
        double before = 0;
        for (int i = 0; i < 3_000; i++) {
            state = state.toVerified(random.nextDouble() < precision, POLICY);
            double now = state.threshold(POLICY).orElse(2);
            assertThat(now).isGreaterThanOrEqualTo(before);
            assertThat(state.verified()).isLessThanOrEqualTo(VerificationState.MOST_VERIFIED);
            assertThat(VerificationRecord.decode(VerificationRecord.encode(state)))
                    .isEqualTo(state);
            before = now;
        }
    }

    @Test
    void wrongPolicyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationPolicy.of(0, 0.02));
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationPolicy.of(1.1, 0.02));
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationPolicy.of(0.95, 2));
    }
}
