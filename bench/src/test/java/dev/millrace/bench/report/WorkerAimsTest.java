package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Contender;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerAimsTest {
    @Nested
    class WithAllFigures {
        private final List<Aim> aims = WorkerAims.of(TestFigures.all());

        @Test
        void throughputIsComparedWithTheTransactionalParallelConsumer() {
            assertThat(aims.getFirst().measured()).isEqualTo(9);
            assertThat(aims.getFirst().isReached()).isTrue();
        }

        @Test
        void shareOfTheIdealIsInPercent() {
            assertThat(aims.get(1).measured()).isEqualTo(96);
            assertThat(aims.get(1).isReached()).isFalse();
        }

        @Test
        void heapIsThePeakHeap() {
            assertThat(aims.get(2).measured()).isEqualTo(600);
            assertThat(aims.get(2).isReached()).isTrue();
        }

        @Test
        void latencyIsComparedWithTheBareHop() {
            assertThat(aims.subList(3, 6))
                    .allSatisfy(
                            aim -> {
                                assertThat(aim.measured()).isEqualTo(2.5);
                                assertThat(aim.isReached()).isTrue();
                            });
        }
    }

    @Nested
    class WithMissingFigures {
        @Test
        void missingContenderGivesNoAim() {
            var alone = TestFigures.throughput(Contender.MILLRACE, TestFigures.result(1));

            assertThat(WorkerAims.of(TestFigures.of(List.of(alone)))).isEmpty();
        }

        @Test
        void failedContenderGivesNoAim() {
            var failed =
                    TestFigures.throughput(Contender.PARALLEL_TX, TestFigures.broken("no result"));
            var own = TestFigures.throughput(Contender.MILLRACE, TestFigures.result(1));

            assertThat(WorkerAims.of(TestFigures.of(List.of(failed, own)))).isEmpty();
        }
    }
}
