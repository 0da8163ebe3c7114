package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Contender;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerTargetsTest {
    @Nested
    class WithAllFigures {
        private final List<Target> targets = WorkerTargets.of(TestFigures.all());

        @Test
        void throughputIsComparedWithTheTransactionalParallelConsumer() {
            assertThat(targets.getFirst().measured()).isEqualTo(9);
            assertThat(targets.getFirst().isMet()).isTrue();
        }

        @Test
        void shareOfTheIdealIsInPercent() {
            assertThat(targets.get(1).measured()).isEqualTo(96);
            assertThat(targets.get(1).isMet()).isFalse();
        }

        @Test
        void heapIsThePeakHeap() {
            assertThat(targets.get(2).measured()).isEqualTo(600);
            assertThat(targets.get(2).isMet()).isTrue();
        }

        @Test
        void latencyIsComparedWithTheBareHop() {
            assertThat(targets.subList(3, 6))
                    .allSatisfy(
                            target -> {
                                assertThat(target.measured()).isEqualTo(2.5);
                                assertThat(target.isMet()).isTrue();
                            });
        }
    }

    @Nested
    class WithRunsWithAndWithoutLimits {
        @Test
        void mediansAreCompared() {
            var rows =
                    List.of(
                            new LimitsRow(false, TestFigures.result(40_000)),
                            new LimitsRow(false, TestFigures.result(10_000)),
                            new LimitsRow(false, TestFigures.result(41_000)),
                            new LimitsRow(true, TestFigures.result(38_000)),
                            new LimitsRow(true, TestFigures.result(37_000)),
                            new LimitsRow(true, TestFigures.result(90_000)));

            List<Target> targets =
                    WorkerTargets.of(new WorkerFigures(List.of(), List.of(), List.of(), rows));

            assertThat(targets).singleElement().extracting(Target::measured).isEqualTo(95.0);
            assertThat(targets.getFirst().isMet()).isTrue();
        }

        @Test
        void runsOfOneKindGiveNoTarget() {
            var rows = List.of(new LimitsRow(true, TestFigures.result(40_000)));

            assertThat(WorkerTargets.of(new WorkerFigures(List.of(), List.of(), List.of(), rows)))
                    .isEmpty();
        }
    }

    @Nested
    class WithMissingFigures {
        @Test
        void missingContenderGivesNoTarget() {
            var alone = TestFigures.throughput(Contender.MILLRACE, TestFigures.result(1));

            assertThat(WorkerTargets.of(TestFigures.of(List.of(alone)))).isEmpty();
        }

        @Test
        void failedContenderGivesNoTarget() {
            var failed =
                    TestFigures.throughput(Contender.PARALLEL_TX, TestFigures.broken("no result"));
            var own = TestFigures.throughput(Contender.MILLRACE, TestFigures.result(1));

            assertThat(WorkerTargets.of(TestFigures.of(List.of(failed, own)))).isEmpty();
        }
    }
}
