package dev.millrace.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.report.Part;
import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WorkerBenchCommandTest {
    private static BenchPlan plan(String... arguments) {
        var command = new WorkerBenchCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.plan();
    }

    @Nested
    class WithoutOptions {
        private final BenchPlan plan = plan();

        @Test
        void everythingIsMeasured() {
            assertThat(plan.parts()).containsExactlyInAnyOrder(Part.values());
            assertThat(plan.contenders())
                    .containsExactly(
                            Kind.PLAIN,
                            Kind.VIRTUAL,
                            Kind.PARALLEL,
                            Kind.PARALLEL_TX,
                            Kind.MILLRACE);
            assertThat(plan.sizes()).isEqualTo(Sizes.USUAL);
        }

        @Test
        void moreAreInFlightOnlyWhereJobsTakeLong() {
            assertThat(plan.inFlight(Part.WORK_10MS)).containsExactly(5_000);
            assertThat(plan.inFlight(Part.WORK_100MS)).containsExactly(5_000, 10_000);
        }

        @Test
        void theParallelConsumerHasFewThreadsWhereThereIsNoWork() {
            assertThat(plan.concurrency(Kind.PARALLEL_TX, Part.WORK_0MS)).isEqualTo(100);
            assertThat(plan.concurrency(Kind.PARALLEL_TX, Part.HTTP)).isEqualTo(1_000);
        }
    }

    @Nested
    class WithOptions {
        @Test
        void onlyWhatIsNamedIsMeasured() {
            BenchPlan plan = plan("--only", "100ms,latency", "--contenders", "millrace,plain");

            assertThat(plan.parts()).containsExactlyInAnyOrder(Part.WORK_100MS, Part.LATENCY);
            assertThat(plan.contenders()).containsExactly(Kind.MILLRACE, Kind.PLAIN);
        }

        @Test
        void quickLeavesTenMillisecondsOut() {
            BenchPlan plan = plan("--quick");

            assertThat(plan.has(Part.WORK_10MS)).isFalse();
            assertThat(plan.sizes()).isEqualTo(Sizes.QUICK);
        }

        @Test
        void sizesGoBeforeThoseOfQuick() {
            Sizes sizes = plan("--quick", "--jobs", "77", "--seconds", "3").sizes();

            assertThat(sizes.jobs().of(Part.HTTP)).isEqualTo(77);
            assertThat(sizes.otherContenders()).isEqualTo(Duration.ofSeconds(3));
        }

        @Test
        void inFlightIsSorted() {
            BenchPlan plan = plan("--in-flight", "9,3,5");

            assertThat(plan.fewInFlight()).isEqualTo(3);
            assertThat(plan.manyInFlight()).isEqualTo(9);
        }

        @Test
        void eachRunHasARecordingOfItsOwn() {
            assertThat(Stage.recording(Path.of("/tmp/w.jfr"), "ideal-http"))
                    .isEqualTo(Path.of("/tmp/w-ideal-http.jfr"));
        }
    }

    @Nested
    class WhatMakesNoSense {
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
        void isRefused(String option) {
            assertThatExceptionOfType(UserError.class)
                    .isThrownBy(() -> plan(option))
                    .withMessageContaining(option.substring(0, option.indexOf('=')));
        }
    }
}
