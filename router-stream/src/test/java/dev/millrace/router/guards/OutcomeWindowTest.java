package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutcomeWindowTest {
    @Provide
    Arbitrary<List<JobOutcome>> outcomes() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(0, 3), Arbitraries.integers()),
                        Arbitraries.longs())
                .as(JobOutcome::new)
                .list()
                .ofMaxSize(300);
    }

    private static OutcomeWindow window(int capacity, List<JobOutcome> outcomes) {
        var window = new OutcomeWindow(capacity);
        outcomes.forEach(window::add);
        return window;
    }

    private static List<JobOutcome> last(int count, List<JobOutcome> all) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    @Property
    void sumsCoverExactlyTheLastOutcomes(
            @ForAll("outcomes") List<JobOutcome> all,
            @ForAll @IntRange(min = 1, max = 200) int capacity,
            @ForAll int limit) {
        OutcomeWindow window = window(capacity, all);
        List<JobOutcome> held = last(capacity, all);

        assertThat(window.size()).isEqualTo(held.size());
        assertThat(window.errors())
                .isEqualTo((int) held.stream().filter(JobOutcome::isError).count());
        assertThat(window.costNanoUsd())
                .isEqualTo(held.stream().mapToLong(JobOutcome::costNanoUsd).sum());
        assertThat(window.latencies().countAbove(limit))
                .isEqualTo(held.stream().filter(it -> it.upstreamMillis() > limit).count());
    }

    @Property
    void decodesWhatWasEncoded(
            @ForAll("outcomes") List<JobOutcome> all,
            @ForAll @IntRange(min = 1, max = 200) int capacity) {
        byte[] stored = window(capacity, all).encode();

        OutcomeWindow read = OutcomeWindow.read(stored, capacity);

        assertThat(read.encode()).isEqualTo(stored);
        assertThat(read.size()).isEqualTo(Math.min(capacity, all.size()));
    }

    @Nested
    class WhenTheWindowHasMaximumSize {
        @Test
        void negativeCostCountsAsZero() {
            assertThat(JobOutcome.of(false, 1, new BigDecimal("-1e30")).costNanoUsd()).isZero();
        }

        @Test
        void maximumCostsDoNotOverflow() {
            var mostExpensive = JobOutcome.of(false, Long.MAX_VALUE, new BigDecimal("1e30"));

            OutcomeWindow window =
                    window(
                            OutcomeWindow.MAX_SIZE,
                            Collections.nCopies(OutcomeWindow.MAX_SIZE + 1, mostExpensive));

            assertThat(window.costNanoUsd()).isPositive();
        }

        @Test
        void typicalOutcomeTakesLessThanSevenBytes() {
            var typical = JobOutcome.of(false, 812, new BigDecimal("0.000336"));

            OutcomeWindow window =
                    window(
                            OutcomeWindow.MAX_SIZE,
                            Collections.nCopies(OutcomeWindow.MAX_SIZE, typical));

            assertThat(window.encode()).hasSizeLessThan(7 * OutcomeWindow.MAX_SIZE);
        }
    }

    @Nested
    class WhenTheStoredVersionIsUnknown {
        @Test
        void windowIsEmpty() {
            assertThat(OutcomeWindow.read(new byte[] {9}, 10).size()).isZero();
            assertThat(OutcomeWindow.read(new byte[0], 10).size()).isZero();
        }
    }
}
