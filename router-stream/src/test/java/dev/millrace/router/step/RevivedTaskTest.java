package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.flow.FixedBacklog;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.seen.SeenJobs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A task whose transaction was aborted is initialised again with the same steps, while Streams
 * keeps what they had scheduled before.
 */
class RevivedTaskTest {
    private static final long TICK = RouterTopology.COMMIT_TICK.toMillis();

    private static <V> void revive(
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
    class WhenItIsTheLaneStep {
        private final MockProcessorContext<byte[], Flow> context = new MockProcessorContext<>();
        private final KeyValueStore<String, byte[]> pace =
                PaceStore.builder().withLoggingDisabled().build();
        private final LaneStep step = initialised();

        private LaneStep initialised() {
            KeyValueStore<String, byte[]> exposures =
                    CanaryInFlightStore.builder().withLoggingDisabled().build();
            pace.init(context.getStateStoreContext(), pace);
            exposures.init(context.getStateStoreContext(), exposures);
            context.setCurrentSystemTimeMs(TICK);
            var lane =
                    new LaneStep(
                            RouterDriver.TOPICS,
                            topic -> Integer.MAX_VALUE,
                            routedBy -> Optional.empty(),
                            () -> Long.MIN_VALUE,
                            new FairnessConfig(10, tenant -> 1),
                            new InternalErrors(new SimpleMeterRegistry()));
            lane.init(context);
            return lane;
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
        void aMoveAfterAWhileIsInTheTransactionOfItsJob() {
            send("a");

            assertThat(stored()).isOne();
        }

        @Test
        void thoseThatFollowAtOnceAreStoredWithTheNextTick() {
            send("a");
            byte[] first = pace.get("small\nt");
            send("b");
            assertThat(pace.get("small\nt")).isEqualTo(first);

            tick(context);

            assertThat(pace.get("small\nt")).isNotEqualTo(first);
        }

        @Test
        void whatTheAbortedTransactionMovedIsNotStored() {
            send("a");
            send("b");
            // What the abort takes back.
            pace.delete("small\nt");
            revive(step, context);

            tick(context);

            assertThat(stored()).isZero();
        }

        @Test
        void whereAnotherVersionHasWrittenThePaceBeginsAnew() {
            send("a");
            pace.put("small\n", new byte[] {9});
            revive(step, context);

            tick(context);

            assertThat(stored()).isZero();
        }

        @Test
        void itHasOneTick() {
            revive(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    @Nested
    class WhenItIsTheValidateStep {
        @Test
        void itHasOneTick() {
            var context = new MockProcessorContext<byte[], Flow>();
            var step =
                    new ValidateStep(
                            Map.of(),
                            FixedBacklog.NONE,
                            new InternalErrors(new SimpleMeterRegistry()));
            step.init(context);
            revive(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    private static KeyValueStore<Bytes, byte[]> inMemory() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(SeenJobs.NAME),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
    }

    @Nested
    class WhenItIsTheSettleStep {
        @Test
        void itHasOneTick() {
            var context = new MockProcessorContext<byte[], Flow.End>();
            KeyValueStore<Bytes, byte[]> seen = inMemory();
            var step =
                    new SettleStep(
                            InstantSource.system(),
                            () -> Uuid.ONE_UUID,
                            FixedBacklog.NONE,
                            new InternalErrors(new SimpleMeterRegistry()));
            seen.init(context.getStateStoreContext(), seen);
            step.init(context);
            revive(step, context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    private static Flow.Job job(String customId) {
        var id = JobId.of("t", "b", customId);
        var owner = new Flow.Owner(id, customId, "t", "b", null, null);
        var headers =
                new JobHeaders(
                        id,
                        "t",
                        "b",
                        null,
                        Priority.NORMAL,
                        null,
                        Instant.EPOCH,
                        "catalog",
                        List.of("small"),
                        0,
                        0,
                        0,
                        null);
        var origin = new Flow.Origin("test.requests", 0, 0);
        return new Flow.Job(owner, origin, headers, "test.jobs.small.normal", new byte[0]);
    }
}
