package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Kind;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AimsTest {
    @Nested
    class OfFiguresOfEverything {
        private final List<Aim> aims = Aims.of(TestFigures.all());

        @Test
        void throughputIsMeasuredAgainstTheTransactionalParallelConsumer() {
            assertThat(aims.getFirst().measured()).isEqualTo(9);
            assertThat(aims.getFirst().isReached()).isTrue();
        }

        @Test
        void theShareOfTheIdealIsInPercent() {
            assertThat(aims.get(1).measured()).isEqualTo(96);
            assertThat(aims.get(1).isReached()).isFalse();
        }

        @Test
        void theHeapIsItsPeak() {
            assertThat(aims.get(2).measured()).isEqualTo(600);
            assertThat(aims.get(2).isReached()).isTrue();
        }

        @Test
        void latencyIsMeasuredAgainstTheBareHop() {
            assertThat(aims.subList(3, 6))
                    .allSatisfy(
                            aim -> {
                                assertThat(aim.measured()).isEqualTo(2.5);
                                assertThat(aim.isReached()).isTrue();
                            });
        }
    }

    @Nested
    class WhereOneSideIsMissing {
        @Test
        void thereIsNoRatio() {
            var alone = TestFigures.throughput(Kind.MILLRACE, TestFigures.observed(1));

            assertThat(Aims.of(TestFigures.of(List.of(alone)))).isEmpty();
        }

        @Test
        void anotherContenderThatHasFailedIsNoMeasure() {
            var failed = TestFigures.throughput(Kind.PARALLEL_TX, TestFigures.broken("no result"));
            var own = TestFigures.throughput(Kind.MILLRACE, TestFigures.observed(1));

            assertThat(Aims.of(TestFigures.of(List.of(failed, own)))).isEmpty();
        }
    }
}
