package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.dedupe.InMemorySeenJobs;
import dev.millrace.router.dedupe.JobPartitions;
import dev.millrace.router.dedupe.RequestMover;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.MovedRequest;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.topology.RouterDriver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The validate step moves requests to the partition of their job. */
class RequestMovingTest {
    private static final String TOPIC = RouterDriver.TOPICS.requests();
    private static final int PARTITIONS = 4;
    private static final JobId JOB =
            JobId.of(TenantConfig.DEFAULT_NAME, BatchConfig.DEFAULT_NAME, "a");
    private static final int HOME =
            BuiltInPartitioner.partitionForKey(JOB.value().getBytes(UTF_8), PARTITIONS);

    private final MeterRegistry meters = new SimpleMeterRegistry();

    static RequestMover mover(int partitions, int maxRecordBytes) {
        return mover(partitions, maxRecordBytes, new SimpleMeterRegistry());
    }

    private static RequestMover mover(int partitions, int maxRecordBytes, MeterRegistry meters) {
        return new RequestMover(
                new JobPartitions(Map.of(TOPIC, partitions)),
                _ -> maxRecordBytes,
                new RouterMetrics(meters));
    }

    private CapturedForward<? extends byte[], ?> process(
            int partition, byte @Nullable [] key, String value, int maxRecordBytes) {
        var context = new MockProcessorContext<byte[], Object>();
        context.setCurrentSystemTimeMs(0);
        context.setRecordMetadata(TOPIC, partition, 7);
        var step =
                new ValidateStep(
                        Map.of(TOPIC, new RequestReader(1 << 20, null, Map.of())),
                        mover(PARTITIONS, maxRecordBytes, meters),
                        _ -> InMemorySeenJobs.nothingHandled(),
                        "retrieved",
                        List.of(),
                        FixedBacklog.NONE,
                        new InternalErrors(meters));
        step.init(context);
        var headers = new RecordHeaders().add("x-team", "red".getBytes(UTF_8));
        step.process(new Record<>(key, value.getBytes(UTF_8), 5, headers));
        assertThat(context.forwarded()).hasSize(1);
        return context.forwarded().getFirst();
    }

    private double moved() {
        var counter = meters.find("millrace.router.moved").tag("topic", TOPIC).counter();
        return counter == null ? 0 : counter.count();
    }

    private static int elsewhere() {
        return (HOME + 1) % PARTITIONS;
    }

    @Nested
    class InThePartitionOfItsJob {
        @Test
        void requestStaysWhateverItsKeyIs() {
            var next =
                    process(HOME, "other".getBytes(UTF_8), RouterDriver.line("a", "small"), 9999);

            assertThat(next.childName()).contains(StepNames.DEDUPE);
            assertThat(next.record().value()).isInstanceOf(ParsedRequest.class);
            assertThat(moved()).isZero();
        }
    }

    @Nested
    class InAnotherPartition {
        @Test
        void requestIsMovedUnchanged() {
            String line = RouterDriver.line("a", "small");
            byte[] key = "a".getBytes(UTF_8);
            var next = process(elsewhere(), key, line, 9999);

            assertThat(next.childName()).contains(StepNames.MOVED);
            assertThat(next.record().key()).isEqualTo(key);
            assertThat(next.record().timestamp()).isEqualTo(5);
            assertThat(SubmissionHeaders.read(next.record().headers()).submittedAt())
                    .isEqualTo(Instant.ofEpochMilli(5));
            assertThat(next.record().headers().lastHeader("x-team")).isNotNull();
            assertThat(next.record().value())
                    .isInstanceOfSatisfying(
                            MovedRequest.class,
                            it -> {
                                assertThat(it.partition()).isEqualTo(HOME);
                                assertThat(RequestMover.PARTITION.partitions(TOPIC, null, it, 4))
                                        .hasValueSatisfying(
                                                to -> assertThat(to).containsExactly(HOME));
                                assertThat(RequestMover.BYTES.serialize(TOPIC, it))
                                        .isEqualTo(line.getBytes(UTF_8));
                            });
            assertThat(moved()).isOne();
        }

        @Test
        void requestWithoutAKeyIsMoved() {
            var next = process(elsewhere(), null, RouterDriver.line("a", "small"), 9999);

            assertThat(next.childName()).contains(StepNames.MOVED);
        }

        @Test
        void everyPartitionMovesTheJobToTheSameOne() {
            assertThat(
                            IntStream.range(0, PARTITIONS)
                                    .filter(it -> it != HOME)
                                    .mapToObj(
                                            it -> process(it, null, "{\"custom_id\":\"a\"}", 9999))
                                    .map(it -> (MovedRequest) it.record().value())
                                    .map(MovedRequest::partition))
                    .hasSize(PARTITIONS - 1)
                    .containsOnly(HOME);
        }

        @Test
        void requestThatIsTooLargeToBeWrittenAgainBecomesADeadLetter() {
            var next = process(elsewhere(), null, RouterDriver.line("a", "small"), 100);

            assertThat(next.childName()).contains(StepNames.BURY);
            assertThat(next.record().value())
                    .isInstanceOfSatisfying(
                            DeadLetterRecord.class,
                            it -> {
                                assertThat(it.reason()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                                assertThat(it.message())
                                        .contains("max.message.bytes = 100 of " + TOPIC)
                                        .contains("use the job id as record key");
                                assertThat(it.jobId()).isEqualTo(JOB);
                            });
            assertThat(moved()).isZero();
        }

        @Test
        void requestIsNotLostWhileTheTopicAcceptsNoRecords() {
            var next = process(elsewhere(), null, RouterDriver.line("a", "small"), 0);

            assertThat(next.childName()).contains(StepNames.MOVED);
        }

        @Test
        void recordWithoutAJobIsNotMoved() {
            assertThat(process(elsewhere(), null, "[]", 9999).childName()).contains(StepNames.BURY);
        }
    }
}
