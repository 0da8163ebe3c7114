package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.FixedBacklog;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.flow.Flow.Owner;
import dev.millrace.router.flow.Flow.Unusable;
import dev.millrace.router.seen.Expiry;
import dev.millrace.router.seen.Repeats;
import dev.millrace.router.seen.SeenEntry;
import dev.millrace.router.seen.SeenJobs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
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

/** The group's offsets are lost, and a partition of the costs topic is read from its beginning. */
class EndsReadAgainTest {
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final Uuid RECREATED = new Uuid(3, 4);
    private static final JobId JOB = JobId.of("t", "b", "a");

    private final TestClock clock = new TestClock();
    private final MockProcessorContext<byte[], Flow.End> context = new MockProcessorContext<>();
    private final KeyValueStore<Bytes, byte[]> seen =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(SeenJobs.NAME),
                            Serdes.Bytes(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
    private long waiting;
    private Uuid costsTopic = Uuid.ONE_UUID;
    private SettleStep step = settleStep();

    @BeforeEach
    void init() {
        seen.init(context.getStateStoreContext(), seen);
        step.init(context);
    }

    private SettleStep settleStep() {
        return new SettleStep(
                clock,
                () -> costsTopic,
                new FixedBacklog(() -> waiting),
                new InternalErrors(new SimpleMeterRegistry()));
    }

    private void jobComes() {
        var owner = new Owner(JOB, "a", "t", "b", null, null);
        var content = new Unusable(new Fault(ErrorCode.MALFORMED_REQUEST, "none", null));
        var claim =
                new Claim(owner, new Origin("requests", 0, 0), Instant.EPOCH, new byte[0], content);
        assertThat(
                        new Repeats(seen, new Expiry(WINDOW, () -> Long.MIN_VALUE))
                                .onClaim(claim, clock.millis(), 0, clock.millis()))
                .isNull();
    }

    private void endIsRead(long offset, Instant at) {
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

    /** Another router takes over, with the same store. */
    private void restart() {
        step.close();
        step = settleStep();
        step.init(context);
    }

    private boolean hasEnded() {
        return SeenEntry.of(seen, JOB).hasEnded();
    }

    @Nested
    class WhenAJobWasSentAgainSince {
        private final Instant firstEnd = clock.instant();

        @BeforeEach
        void secondLife() {
            jobComes();
            endIsRead(7, firstEnd);
            tick();
            clock.advance(WINDOW);
            jobComes();
            restart();
        }

        @Test
        void anEndOfItsFirstLifeDoesNotEndIt() {
            endIsRead(7, firstEnd);

            assertThat(hasEnded()).isFalse();
            assertThat(context.forwarded()).hasSize(1);
        }

        @Test
        void itsOwnEndDoes() {
            endIsRead(7, firstEnd);
            endIsRead(9, clock.instant());

            assertThat(hasEnded()).isTrue();
            assertThat(context.forwarded()).hasSize(2);
        }

        @Test
        void anEndOfATopicThatWasCreatedAgainDoes() {
            costsTopic = RECREATED;
            restart();

            endIsRead(0, clock.instant());

            assertThat(hasEnded()).isTrue();
        }
    }

    @Nested
    class WhenTheCostsTopicIsCreatedAgainWhileTheTaskRuns {
        @BeforeEach
        void recreate() {
            jobComes();
            endIsRead(7, clock.instant());
            tick();
            clock.advance(WINDOW);
            jobComes();
            costsTopic = RECREATED;
        }

        @Test
        void itsFirstEndIsCounted() {
            endIsRead(0, clock.instant());

            assertThat(hasEnded()).isTrue();
            assertThat(context.forwarded()).hasSize(2);
        }

        @Test
        void itsEndsAreCountedOnce() {
            Instant firstEnd = clock.instant();
            endIsRead(7, firstEnd);
            tick();
            clock.advance(WINDOW);
            jobComes();
            restart();

            endIsRead(7, firstEnd);

            assertThat(hasEnded()).isFalse();
        }
    }

    @Nested
    class WhenEndsAloneAreRead {
        @Test
        void theNextTickCommitsThem() {
            jobComes();
            endIsRead(7, clock.instant());
            assertThat(context.committed()).isFalse();

            tick();

            assertThat(context.committed()).isTrue();
        }

        @Test
        void theNextTickLeavesThemToTheLongerIntervalBehindABacklog() {
            jobComes();
            endIsRead(7, clock.instant());
            waiting = CommitPace.BACKLOG_RECORDS + 1;

            tick();

            assertThat(context.committed()).isFalse();
        }
    }
}
