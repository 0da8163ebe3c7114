package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.router.dedupe.InMemorySeenJobs;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.hold.QueueTimes;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.topology.RouterDriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Tests tasks that Streams reinitializes after an aborted transaction, with the step objects kept
 * and without cancelling their schedules.
 */
class ReinitializedTaskTest {
    private static final long TICK = RouteStep.PACE_INTERVAL.toMillis();

    private static <V> void reinitialize(
            Processor<?, ?, byte[], V> step, MockProcessorContext<byte[], V> context) {
        step.close();
        step.init(context);
    }

    private static void tick(MockProcessorContext<?, ?> context) {
        context.setCurrentSystemTimeMs(context.currentSystemTimeMs() + TICK);
        context.scheduledPunctuators().stream()
                .filter(it -> !it.cancelled())
                .forEach(it -> it.getPunctuator().punctuate(context.currentSystemTimeMs()));
    }

    @Nested
    class RouteStepAfterAnAbort {
        private final RouterDriver router = new RouterDriver(_ -> List.of());
        private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
        private final KeyValueStore<String, byte[]> pace =
                PaceStore.builder().withLoggingDisabled().build();
        private final RouteStep step = initialized();

        @AfterEach
        void close() {
            router.close();
        }

        private RouteStep initialized() {
            pace.init(context.getStateStoreContext(), pace);
            context.setCurrentSystemTimeMs(TICK);
            var route =
                    new RouteStep(
                            router.routerContext(),
                            RouterDriver.TOPICS,
                            new FairnessConfig(10, tenant -> 1));
            route.init(context);
            return route;
        }

        private void send(String customId) {
            step.process(new Record<>("k".getBytes(UTF_8), job(customId), 0, new RecordHeaders()));
        }

        private int stored() {
            int count = 0;
            try (var all = pace.all()) {
                for (; all.hasNext(); all.next()) {
                    count++;
                }
            }
            return count;
        }

        @Test
        void changeUnderLowLoadIsStoredWithItsJob() {
            send("a");

            assertThat(stored()).isOne();
        }

        @Test
        void changesInQuickSuccessionAreStoredWithinASecond() {
            send("a");
            byte[] first = pace.get("small\nt");
            send("b");
            assertThat(pace.get("small\nt")).isEqualTo(first);

            tick(context);

            assertThat(pace.get("small\nt")).isNotEqualTo(first);
        }

        @Test
        void changesOfTheAbortedTransactionAreNotStored() {
            send("a");
            send("b");
            // The abort reverts this change.
            pace.delete("small\nt");
            reinitialize(step, context);

            tick(context);

            assertThat(stored()).isZero();
        }

        @Test
        void paceOfAnUnknownVersionIsReset() {
            send("a");
            pace.put("small\n", new byte[] {9});
            reinitialize(step, context);

            tick(context);

            assertThat(stored()).isZero();
        }

        @Test
        void stepHasOneSchedule() {
            reinitialize(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    @Nested
    class ValidateStepAfterAnAbort {
        @Test
        void stepHasOneSchedule() {
            var context = new MockProcessorContext<byte[], Object>();
            var step =
                    new ValidateStep(
                            Map.of(),
                            RequestMovingTest.mover(1, Integer.MAX_VALUE),
                            _ -> InMemorySeenJobs.nothingHandled(),
                            "retrieved",
                            List.of(),
                            FixedBacklog.NONE,
                            new InternalErrors(new SimpleMeterRegistry()));
            step.init(context);
            reinitialize(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    private static KeyValueStore<Bytes, byte[]> inMemory() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(SeenJobStore.NAME),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
    }

    @Nested
    class JobCompletionStepAfterAnAbort {
        @Test
        void stepHasOneSchedule() {
            var context = new MockProcessorContext<byte[], RoutingMessage.JobCost>();
            KeyValueStore<Bytes, byte[]> seen = inMemory();
            var step =
                    new JobCompletionStep(
                            InstantSource.system(),
                            () -> Uuid.ONE_UUID,
                            List.of(),
                            new QueueTimes(),
                            FixedBacklog.NONE,
                            new InternalErrors(new SimpleMeterRegistry()));
            seen.init(context.getStateStoreContext(), seen);
            step.init(context);
            reinitialize(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    private static RoutingMessage.PlannedJob job(String customId) {
        var id = JobId.of("t", "b", customId);
        var identity = new RoutingMessage.JobIdentity(id, customId, "t", "b", null, null);
        var headers =
                new JobHeaders(
                        new JobHeaders.Identity(id, "t", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                        new JobHeaders.Route("catalog", List.of("small"), 0));
        var origin = new RoutingMessage.Origin("test.requests", 0, 0);
        return new RoutingMessage.PlannedJob(identity, origin, headers, new byte[0]);
    }
}
