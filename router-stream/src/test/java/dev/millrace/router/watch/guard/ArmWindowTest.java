package dev.millrace.router.watch.guard;

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

class ArmWindowTest {
    @Provide
    Arbitrary<List<Outcome>> outcomes() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(0, 3), Arbitraries.integers()),
                        Arbitraries.longs())
                .as(Outcome::new)
                .list()
                .ofMaxSize(300);
    }

    private static ArmWindow window(int capacity, List<Outcome> outcomes) {
        var window = new ArmWindow(capacity);
        outcomes.forEach(window::add);
        return window;
    }

    private static List<Outcome> last(int count, List<Outcome> all) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    @Property
    void itsSumsAreThoseOfTheLastOutcomes(
            @ForAll("outcomes") List<Outcome> all,
            @ForAll @IntRange(min = 1, max = 200) int capacity,
            @ForAll int limit) {
        ArmWindow window = window(capacity, all);
        List<Outcome> held = last(capacity, all);

        assertThat(window.size()).isEqualTo(held.size());
        assertThat(window.errors()).isEqualTo((int) held.stream().filter(Outcome::isError).count());
        assertThat(window.costNanoUsd())
                .isEqualTo(held.stream().mapToLong(Outcome::costNanoUsd).sum());
        assertThat(window.times().countAbove(limit))
                .isEqualTo(held.stream().filter(it -> it.upstreamMillis() > limit).count());
    }

    @Property
    void itIsReadAsItWasWritten(
            @ForAll("outcomes") List<Outcome> all,
            @ForAll @IntRange(min = 1, max = 200) int capacity) {
        byte[] stored = window(capacity, all).encode();

        ArmWindow read = ArmWindow.read(stored, capacity);

        assertThat(read.encode()).isEqualTo(stored);
        assertThat(read.size()).isEqualTo(Math.min(capacity, all.size()));
    }

    @Nested
    class WhenTheWindowIsTheLargest {
        @Test
        void whatCostsLessThanNothingCostsNothing() {
            assertThat(Outcome.of(false, 1, new BigDecimal("-1e30")).costNanoUsd()).isZero();
        }

        @Test
        void theDearestJobsThatThereCanBeDoNotOverflow() {
            var dearest = Outcome.of(false, Long.MAX_VALUE, new BigDecimal("1e30"));

            ArmWindow window =
                    window(ArmWindow.MOST, Collections.nCopies(ArmWindow.MOST + 1, dearest));

            assertThat(window.costNanoUsd()).isPositive();
        }

        @Test
        void usualOutcomesTakeAFewBytesEach() {
            var usual = Outcome.of(false, 812, new BigDecimal("0.000336"));

            ArmWindow window = window(ArmWindow.MOST, Collections.nCopies(ArmWindow.MOST, usual));

            assertThat(window.encode()).hasSizeLessThan(7 * ArmWindow.MOST);
        }
    }

    @Nested
    class WhenTheStoreHoldsSomethingElse {
        @Test
        void theWindowBeginsAnew() {
            assertThat(ArmWindow.read(new byte[] {9}, 10).size()).isZero();
            assertThat(ArmWindow.read(new byte[0], 10).size()).isZero();
        }
    }
}
