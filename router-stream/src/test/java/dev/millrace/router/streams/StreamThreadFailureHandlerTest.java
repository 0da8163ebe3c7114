package dev.millrace.router.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.topic.TopicAvailability;
import dev.millrace.router.topic.TopicDirectory.Listing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StreamThreadFailureHandlerTest {
    private static final Topics TOPICS = new Topics("m.");

    private final Time clock = new Time();
    private final TopicAvailability topics =
            TopicAvailability.load(
                    _ -> CompletableFuture.completedFuture(new Listing(Map.of(), Set.of())),
                    TOPICS,
                    () -> Duration.between(Instant.EPOCH, clock.now).toNanos());
    private final StreamThreadFailureHandler failures =
            new StreamThreadFailureHandler(clock, topics);

    private static final class Time implements InstantSource {
        private Instant now = Instant.parse("2026-11-20T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Nested
    class WhenAFailureIsTransient {
        private final Throwable failure = new StreamsException(new TimeoutException("broker away"));

        @Test
        void threadIsReplaced() {
            assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            assertThat(failures.reason()).isNull();
        }

        @Test
        void tooManyFailuresWithinAMinuteStopTheRouter() {
            for (int i = 0; i < StreamThreadFailureHandler.MAX_REPLACEMENTS; i++) {
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            }

            assertThat(failures.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(failures.reason()).contains("broker away");
        }

        @Test
        void failuresOlderThanAMinuteDoNotCount() {
            for (int i = 0; i < 5 * StreamThreadFailureHandler.MAX_REPLACEMENTS; i++) {
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
                clock.now = clock.now.plus(Duration.ofSeconds(7));
            }
        }
    }

    /** A broker restarted, and the thread's producer has an unanswered request. */
    @Nested
    class WhenAProducerMustRetryARequestThatTimedOut {
        private final IllegalStateException failure = refusal();

        private static IllegalStateException refusal() {
            var unreachable =
                    Map.<String, Object>of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1",
                            ProducerConfig.TRANSACTIONAL_ID_CONFIG, "router",
                            ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
            try (var producer =
                    new KafkaProducer<>(
                            unreachable, new ByteArraySerializer(), new ByteArraySerializer())) {
                var _ = catchThrowableOfType(TimeoutException.class, producer::initTransactions);
                return catchThrowableOfType(
                        IllegalStateException.class, producer::beginTransaction);
            }
        }

        @Test
        void threadIsReplaced() {
            assertThat(failure).hasMessageContaining("timed out and must be retried");
            assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            assertThat(failures.handle(new StreamsException(failure))).isEqualTo(REPLACE_THREAD);
            assertThat(failures.reason()).isNull();
        }

        @Test
        void tooManyFailuresWithinAMinuteStopTheRouter() {
            for (int i = 0; i < StreamThreadFailureHandler.MAX_REPLACEMENTS; i++) {
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            }

            assertThat(failures.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
        }
    }

    /** The broker aborts the transaction after its timeout, before the commit arrives. */
    @Nested
    class WhenTheBrokerFailsOnACommit {
        @Test
        void threadIsReplaced() {
            var failure = new KafkaException("Unhandled error in EndTxnResponse");
            var handler = TransactionManager.class.getName() + "$EndTxnHandler";
            failure.setStackTrace(
                    new StackTraceElement[] {
                        new StackTraceElement(handler, "handleResponse", null, -1)
                    });

            assertThat(failures.handle(new StreamsException(failure))).isEqualTo(REPLACE_THREAD);
            assertThat(failures.reason()).isNull();
        }
    }

    @Nested
    class WhenJobTopicsRejectRecords {
        private static final int MANY = 5 * StreamThreadFailureHandler.MAX_REPLACEMENTS;

        private static String topic(int model) {
            return TOPICS.jobs("model-" + model, Lane.NORMAL);
        }

        private static Throwable unauthorized(String topic) {
            return new StreamsException(new TopicAuthorizationException(Set.of(topic)));
        }

        /** Simulates Streams: calls the produce failure handler, then the thread dies. */
        private Throwable produced(Exception failure, String topic, int bytes) {
            var rejected = new ProducerRecord<>(topic, new byte[0], new byte[bytes]);
            ProduceFailureHandler.report(topics, rejected, failure);
            return new StreamsException(failure);
        }

        @Test
        void anyNumberOfUnauthorizedTopicsKeepsTheRouterRunning() {
            for (int i = 0; i < MANY; i++) {
                assertThat(failures.handle(unauthorized(topic(i)))).isEqualTo(REPLACE_THREAD);
                assertThat(topics.maxRecordBytes(topic(i))).isZero();
            }
        }

        @Test
        void anyNumberOfTopicsWithTooLargeRecordsKeepsTheRouterRunning() {
            for (int i = 0; i < MANY; i++) {
                var failure = produced(new RecordTooLargeException(), topic(i), 1_000);
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            }
        }

        @Test
        void everSmallerRejectedRecordsOfOneTopicKeepTheRouterRunning() {
            for (int i = 0; i < MANY; i++) {
                clock.now = clock.now.plusSeconds(1);
                var failure = produced(new RecordTooLargeException(), topic(1), 1_000 - i);
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            }
        }

        @Test
        void anyNumberOfDeletedTopicsKeepsTheRouterRunning() {
            for (int i = 0; i < MANY; i++) {
                var failure = produced(new TimeoutException("no metadata"), topic(i), 1);
                assertThat(failures.handle(failure)).isEqualTo(REPLACE_THREAD);
            }
        }

        @Test
        void topicThatKeepsFailingAfterTheGracePeriodStopsTheRouter() {
            assertThat(failures.handle(unauthorized(topic(1)))).isEqualTo(REPLACE_THREAD);
            clock.now = clock.now.plusNanos(TopicAvailability.GRACE_NANOS);

            for (int i = 0; i < StreamThreadFailureHandler.MAX_REPLACEMENTS; i++) {
                assertThat(failures.handle(unauthorized(topic(1)))).isEqualTo(REPLACE_THREAD);
            }
            assertThat(failures.handle(unauthorized(topic(1)))).isEqualTo(SHUTDOWN_CLIENT);
        }

        @Test
        void unauthorizedResultsTopicStopsTheRouter() {
            for (int i = 0; i < StreamThreadFailureHandler.MAX_REPLACEMENTS; i++) {
                assertThat(failures.handle(unauthorized(TOPICS.results())))
                        .isEqualTo(REPLACE_THREAD);
            }

            assertThat(failures.handle(unauthorized(TOPICS.results()))).isEqualTo(SHUTDOWN_CLIENT);
        }
    }

    @Nested
    class WhenAChangelogHasACorruptBatch {
        @Test
        void routerStopsAtOnceAndNamesThePartition() {
            var corrupt =
                    new StreamsException(
                            new KafkaException(
                                    "Received exception when fetching the next record from"
                                            + " m.router-seen-jobs-changelog-3.",
                                    new CorruptRecordException("Record is corrupt")));

            assertThat(failures.handle(corrupt)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(failures.reason()).contains("m.router-seen-jobs-changelog-3");
        }
    }

    @Test
    void routerStopsAndNamesTheKeyIfTheClusterHasTooFewBrokers() {
        var refused = new StreamsException(new InvalidReplicationFactorException("only 1 broker"));

        assertThat(failures.handle(refused)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(failures.reason()).contains("Set topics.replication_factor");
    }

    @Nested
    class WhenThereIsABug {
        @Test
        void routerStopsAndReportsTheReason() {
            var bug = new StreamsException(new IllegalStateException("no such entry"));

            assertThat(failures.handle(bug)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(failures.reason()).isEqualTo("IllegalStateException: no such entry");
        }
    }
}
