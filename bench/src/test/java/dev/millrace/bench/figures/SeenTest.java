package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SeenTest {
    private static Seen seen(long... numbers) {
        var seen = new Seen(3);
        LongStream.of(numbers).forEach(seen::add);
        return seen;
    }

    @Nested
    class WhenEachJobHasItsResult {
        @Test
        void nothingIsWrongInAnyOrder() {
            assertThat(seen(2, 0, 1).problem()).isEmpty();
        }
    }

    @Nested
    class WhenSomethingIsWrong {
        @Test
        void aMissingResultIsTold() {
            assertThat(seen(2, 0).problem())
                    .contains("2 of 3 jobs have a result, 0 results are repeated, 0 are of no job");
        }

        @Test
        void aRepeatedResultIsTold() {
            assertThat(seen(2, 0, 1, 2).problem())
                    .contains("3 of 3 jobs have a result, 1 results are repeated, 0 are of no job");
        }

        @Test
        void aResultOfNoJobIsTold() {
            assertThat(seen(2, 0, 1, 3, -1).problem())
                    .contains("3 of 3 jobs have a result, 0 results are repeated, 2 are of no job");
        }
    }
}
