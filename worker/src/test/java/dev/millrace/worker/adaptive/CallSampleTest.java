package dev.millrace.worker.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class CallSampleTest {
    @Property
    void evidenceIsFiniteAndSpeaksForOneSide(
            @ForAll @LongRange(max = 5_000) long accepted,
            @ForAll @LongRange(max = 5_000) long refused,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double expected) {
        var sample = new CallSample(accepted + refused, refused, 1);
        double more = sample.evidenceOfMoreThan(expected);
        double less = sample.evidenceOfLessThan(expected);

        assertThat(more).isFinite().isGreaterThan(-1e-6);
        assertThat(less).isFinite().isGreaterThan(-1e-6);
        assertThat(Math.min(more, less)).isLessThan(1e-6);
    }

    @Property
    void evidenceGrowsWithTheNumberOfCalls(@ForAll @LongRange(min = 1, max = 1_000) long times) {
        double once = new CallSample(100, 10, 1).evidenceOfMoreThan(0.05);
        var many = new CallSample(100 * times, 10 * times, 1);

        assertThat(many.evidenceOfMoreThan(0.05)).isCloseTo(times * once, within(1e-6 * times));
    }

    @Property
    void equalSharesAreNoEvidenceOfADifference(
            @ForAll @LongRange(min = 1, max = 1_000) long times) {
        var sample = new CallSample(100, 10, 1);
        var other = new CallSample(100 * times, 10 * times, 1);

        assertThat(sample.evidenceOfMoreThan(other)).isLessThan(1e-9);
    }
}
