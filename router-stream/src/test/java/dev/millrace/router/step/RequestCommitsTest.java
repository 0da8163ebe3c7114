package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.dedupe.InMemorySeenJobs;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.topology.RouterDriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests when the validate step requests a commit. */
class RequestCommitsTest {
    private static final String TOPIC = RouterDriver.TOPICS.requests();
    private static final long NOW = 10_000_000;

    private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private long waiting;
    private int partitions = 1;

    private void requestThenTick(long recordMillis) {
        request(RouterDriver.line("a", "small"), recordMillis);
        context.scheduledPunctuators().forEach(it -> it.getPunctuator().punctuate(NOW));
    }

    private void request(String line, long recordMillis) {
        context.setCurrentSystemTimeMs(NOW);
        context.setRecordMetadata(TOPIC, 3, 7);
        var step =
                new ValidateStep(
                        Map.of(
                                TOPIC,
                                new RequestReader(RouterDriver.MAX_REQUEST_BYTES, null, Map.of())),
                        RequestMovingTest.mover(partitions, Integer.MAX_VALUE),
                        _ -> InMemorySeenJobs.nothingHandled(),
                        "retrieved",
                        List.of(),
                        new FixedBacklog(() -> waiting, () -> 0),
                        new InternalErrors(new SimpleMeterRegistry()));
        step.init(context);
        step.process(
                new Record<>(new byte[0], line.getBytes(UTF_8), recordMillis, new RecordHeaders()));
    }

    @Nested
    class WithoutABacklog {
        @Test
        void requestOfAClientWithASlowClockIsCommittedWithTheNextTick() {
            requestThenTick(NOW - 3_600_000);

            assertThat(context.committed()).isTrue();
        }
    }

    @Nested
    class WithoutATick {
        private static String line(String priority) {
            String plain = RouterDriver.line("a", "small");
            return plain.substring(0, plain.length() - 1)
                    + ",\"millrace\":{\"priority\":\"%s\"}}".formatted(priority);
        }

        @Test
        void loneCriticalRequestIsCommittedAtOnce() {
            request(line("critical"), NOW);

            assertThat(context.committed()).isTrue();
        }

        @Test
        void criticalRequestOnItsWayToAnotherPartitionIsCommittedAtOnce() {
            partitions = 2;
            request(line("critical"), NOW);

            assertThat(context.forwarded().getFirst().childName()).contains(StepNames.MOVED);
            assertThat(context.committed()).isTrue();
        }

        @Test
        void requestOfAnotherPriorityIsNotCommitted() {
            request(line("high"), NOW);

            assertThat(context.committed()).isFalse();
        }
    }

    @Nested
    class WithABacklog {
        @Test
        void requestIsNotCommittedWithTheNextTick() {
            waiting = CommitTrigger.BACKLOG_RECORDS + 1;
            requestThenTick(NOW);

            assertThat(context.committed()).isFalse();
        }
    }
}
