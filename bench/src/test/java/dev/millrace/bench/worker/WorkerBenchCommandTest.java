package dev.millrace.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.report.Measurement;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WorkerBenchCommandTest {
    private static WorkerBenchPlan plan(String... arguments) {
        var command = new WorkerBenchCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.plan();
    }

    @Nested
    class WithoutOptions {
        private final WorkerBenchPlan plan = plan();

        @Test
        void allMeasurementsRun() {
            assertThat(plan.measurements()).containsExactlyInAnyOrder(Measurement.values());
            assertThat(plan.contenders())
                    .containsExactly(
                            Contender.PLAIN,
                            Contender.VIRTUAL,
                            Contender.PARALLEL,
                            Contender.PARALLEL_TX,
                            Contender.MILLRACE);
            assertThat(plan.sizes()).isEqualTo(WorkerBenchSizes.DEFAULT);
        }

        @Test
        void moreJobsAreInFlightOnlyWithLongCalls() {
            assertThat(plan.inFlight(Measurement.WORK_10MS)).containsExactly(5_000);
            assertThat(plan.inFlight(Measurement.WORK_100MS)).containsExactly(5_000, 10_000);
        }

        @Test
        void parallelConsumerHasFewThreadsWithoutWork() {
            assertThat(plan.concurrency(Contender.PARALLEL_TX, Measurement.WORK_0MS))
                    .isEqualTo(100);
            assertThat(plan.concurrency(Contender.PARALLEL_TX, Measurement.HTTP)).isEqualTo(1_000);
        }
    }

    @Nested
    class WithOptions {
        @Test
        void onlyNamedMeasurementsRun() {
            WorkerBenchPlan plan =
                    plan("--only", "100ms,latency", "--contenders", "millrace,plain");

            assertThat(plan.measurements())
                    .containsExactlyInAnyOrder(Measurement.WORK_100MS, Measurement.LATENCY);
            assertThat(plan.contenders()).containsExactly(Contender.MILLRACE, Contender.PLAIN);
        }

        @Test
        void quickOmitsTenMilliseconds() {
            WorkerBenchPlan plan = plan("--quick");

            assertThat(plan.has(Measurement.WORK_10MS)).isFalse();
            assertThat(plan.sizes()).isEqualTo(WorkerBenchSizes.QUICK);
        }

        @Test
        void sizeOptionsOverrideQuick() {
            WorkerBenchSizes sizes = plan("--quick", "--jobs", "77", "--seconds", "3").sizes();

            assertThat(sizes.jobs().of(Measurement.HTTP)).isEqualTo(77);
            assertThat(sizes.otherTimeLimit()).isEqualTo(Duration.ofSeconds(3));
        }

        @Test
        void inFlightIsSorted() {
            WorkerBenchPlan plan = plan("--in-flight", "9,3,5");

            assertThat(plan.minInFlight()).isEqualTo(3);
            assertThat(plan.maxInFlight()).isEqualTo(9);
        }

        @Test
        void eachRunHasItsOwnRecording() {
            assertThat(BenchContext.recording(Path.of("/tmp/w.jfr"), "ideal-http"))
                    .isEqualTo(Path.of("/tmp/w-ideal-http.jfr"));
        }
    }

    @Nested
    class WithInvalidOptions {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "--only=1ms",
                    "--contenders=hop",
                    "--contenders=kafka",
                    "--jobs=0",
                    "--seconds=0",
                    "--in-flight=0",
                    "--partitions=-1"
                })
        void invalidOptionIsRejected(String option) {
            assertThatExceptionOfType(UserError.class)
                    .isThrownBy(() -> plan(option))
                    .withMessageContaining(option.substring(0, option.indexOf('=')));
        }
    }
}
