package dev.millrace.standalone.lateness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StretchTest {
    @Nested
    class UnreadJobs {
        @Test
        void fewJobsAreAllSampled() {
            assertThat(new Stretch.Unread(5, 10, 0).points()).containsExactly(5L, 6L, 7L, 8L, 9L);
        }

        @Test
        void manyJobsAreSampledEvenly() {
            assertThat(new Stretch.Unread(3, 1_003, 0).points())
                    .hasSize(16)
                    .startsWith(3L, 64L, 128L)
                    .endsWith(896L, 960L);
        }

        @Test
        void jobsThatWorkersHoldAreInFront() {
            assertThat(new Stretch.Unread(100, 200, 7).ahead(150)).isEqualTo(57);
        }
    }

    @Nested
    class HeldJobs {
        private final Stretch.Held held =
                new Stretch.Held(List.of(2L, 3L, 90L, 91L, 92L, 93L, 94L, 95L, 96L));

        @Test
        void pointsAreOffsetsOfHeldJobs() {
            assertThat(held.points()).containsExactly(2L, 90L, 96L);
        }

        @Test
        void jobsInFrontAreCounted() {
            assertThat(held.ahead(90)).isEqualTo(2);
        }
    }

    @Property
    void thereAreFewPointsAndTheFirstOneIsTheOldest(
            @ForAll @LongRange(max = 1L << 40) long from,
            @ForAll @LongRange(min = 1, max = 1L << 40) long jobs) {
        assertThat(new Stretch.Unread(from, from + jobs, 0).points())
                .hasSizeBetween(1, Stretch.MAX_POINTS + 1)
                .startsWith(from)
                .allMatch(it -> it < from + jobs);
    }

    @Property
    void aShorterQueueKeepsItsPoints(
            @ForAll @LongRange(max = 1_000_000) long from,
            @ForAll @LongRange(min = 100, max = 1_000_000) long jobs) {
        var before = new TreeSet<>(new Stretch.Unread(from, from + jobs, 0).points());
        var after = new TreeSet<>(new Stretch.Unread(from + jobs / 10, from + jobs, 0).points());
        after.removeFirst();
        before.removeIf(it -> it <= from + jobs / 10);
        assertThat(after).containsAll(before);
    }

    @Property
    void heldPointsAreHeldJobs(
            @ForAll @LongRange(min = 1, max = 5_000) long jobs,
            @ForAll @LongRange(min = 1, max = 97) long gap) {
        List<Long> offsets = LongStream.range(0, jobs).map(it -> it * gap).boxed().toList();
        assertThat(new Stretch.Held(offsets).points()).isSubsetOf(offsets).startsWith(0L);
    }
}
