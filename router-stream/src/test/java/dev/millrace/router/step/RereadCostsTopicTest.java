package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.dedupe.DuplicateDetector;
import dev.millrace.router.dedupe.SeenEntry;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.hold.QueueTimes;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests that no end counts twice if lost offsets make a task read a costs partition again. */
class RereadCostsTopicTest {
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final Uuid RECREATED = new Uuid(3, 4);
    private static final JobId JOB = JobId.of("t", "b", "a");

    private final TestClock clock = new TestClock();
    private final MockProcessorContext<byte[], RoutingMessage.JobCost> context =
            new MockProcessorContext<>();
    private final KeyValueStore<Bytes, byte[]> seen =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(SeenJobStore.NAME),
                            Serdes.Bytes(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
    private Uuid costsTopic = Uuid.ONE_UUID;
    private JobCompletionStep step = completionStep();

    @BeforeEach
    void init() {
        seen.init(context.getStateStoreContext(), seen);
        step.init(context);
    }

    private JobCompletionStep completionStep() {
        return new JobCompletionStep(
                clock,
                () -> costsTopic,
                List.of("budget"),
                new QueueTimes(),
                FixedBacklog.NONE,
                new InternalErrors(new SimpleMeterRegistry()));
    }

    private void submitJob() {
        var identity = new JobIdentity(JOB, "a", "t", "b", null, null);
        var content = new InvalidContent(new Rejection(ErrorCode.MALFORMED_REQUEST, "none", null));
        var request =
                new ParsedRequest(
                        identity,
                        new Origin("requests", 0, 0),
                        Instant.EPOCH,
                        Chunks.NONE,
                        new byte[0],
                        content,
                        null);
        assertThat(
                        new DuplicateDetector(seen, new SeenJobExpiry(WINDOW, () -> Long.MIN_VALUE))
                                .onRequest(request, clock.millis(), clock.millis()))
                .isNull();
    }

    private void readEnd(long offset, Instant at) {
        context.setRecordMetadata(RouterDriver.TOPICS.costs(), 0, offset);
        step.process(
                new Record<>(
                        JOB.value().getBytes(UTF_8),
                        CostEventCodec.toJson(CostEvent.withoutCall(JOB, "t", "b")),
                        at.toEpochMilli(),
                        new RecordHeaders()));
    }

    private void tick() {
        context.scheduledPunctuators().stream()
                .filter(it -> !it.cancelled())
                .forEach(it -> it.getPunctuator().punctuate(clock.millis()));
    }

    /** Simulates a takeover by another router with a copy of the store. */
    private void restart() {
        step.close();
        step = completionStep();
        step.init(context);
    }

    private boolean hasEnded() {
        return SeenEntry.of(seen, JOB).hasEnded();
    }

    @Nested
    class WhenAJobWasSubmittedAgainSince {
        private final Instant firstEnd = clock.instant();

        @BeforeEach
        void runJobTwice() {
            submitJob();
            readEnd(7, firstEnd);
            tick();
            clock.advance(WINDOW);
            submitJob();
            restart();
        }

        @Test
        void endOfTheFirstRunDoesNotEndTheSecondRun() {
            readEnd(7, firstEnd);

            assertThat(hasEnded()).isFalse();
            assertThat(context.forwarded()).hasSize(1);
        }

        @Test
        void endOfTheSecondRunEndsTheJob() {
            readEnd(7, firstEnd);
            readEnd(9, clock.instant());

            assertThat(hasEnded()).isTrue();
            assertThat(context.forwarded()).hasSize(2);
        }

        @Test
        void endInARecreatedTopicEndsTheJob() {
            costsTopic = RECREATED;
            restart();

            readEnd(0, clock.instant());

            assertThat(hasEnded()).isTrue();
        }
    }

    @Nested
    class WhenTheCostsTopicIsRecreatedWhileTheTaskRuns {
        @BeforeEach
        void recreate() {
            submitJob();
            readEnd(7, clock.instant());
            tick();
            clock.advance(WINDOW);
            submitJob();
            costsTopic = RECREATED;
        }

        @Test
        void firstEndOfTheNewTopicIsCounted() {
            readEnd(0, clock.instant());

            assertThat(hasEnded()).isTrue();
            assertThat(context.forwarded()).hasSize(2);
        }

        @Test
        void endsOfTheNewTopicAreCountedOnce() {
            Instant firstEnd = clock.instant();
            readEnd(7, firstEnd);
            tick();
            clock.advance(WINDOW);
            submitJob();
            restart();

            readEnd(7, firstEnd);

            assertThat(hasEnded()).isFalse();
        }
    }

    @Nested
    class WhenOnlyEndsAreRead {
        /** A commit would delay the requests behind it by a transaction. */
        @Test
        void nextTickDoesNotCommitThem() {
            submitJob();
            readEnd(7, clock.instant());

            tick();

            assertThat(context.committed()).isFalse();
        }
    }
}
