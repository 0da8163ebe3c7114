package dev.millrace.worker.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.worker.port.ChunkLog.Preview;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChunkForwarderTest {
    private static final KeyPartitions PARTITIONS = new KeyPartitions(4);
    private static final JobId JOB = JobId.of("t", "b", "c");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger created = new AtomicInteger();
    private final Queue<MockProducer<byte[], byte[]>> producers = new ConcurrentLinkedQueue<>();
    private ChunkForwarder forwarder = forwarder(1_000);

    private ChunkForwarder forwarder(long maxBytes) {
        return new ChunkForwarder(
                "chunks", PARTITIONS, this::next, now::get, new ChunkBuffer(maxBytes, 50));
    }

    /** Returns the test's next producer, or one that writes at once when none is left. */
    private Producer<byte[], byte[]> next() {
        created.incrementAndGet();
        var prepared = producers.poll();
        return prepared == null ? writingAtOnce() : prepared;
    }

    private static MockProducer<byte[], byte[]> writingAtOnce() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static MockProducer<byte[], byte[]> writingWhenTold() {
        return new MockProducer<>(
                false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private MockProducer<byte[], byte[]> prepare(MockProducer<byte[], byte[]> producer) {
        producers.add(producer);
        return producer;
    }

    private static SseEvent event(String data) {
        return new SseEvent("", data.getBytes(UTF_8));
    }

    private static void answer(Preview preview, String... events) {
        for (String event : events) {
            preview.onEvent(event(event));
        }
        preview.onAnswered();
        preview.close();
    }

    /** Returns what was written: the attempt, the number, and the data or the outcome. */
    private static List<String> written(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .map(it -> Chunk.read(it.headers(), it.value()).orElseThrow())
                .map(it -> it.attempt() + "/" + it.sequence() + " " + text(it.content()))
                .toList();
    }

    private static String text(Chunk.Content content) {
        return switch (content) {
            case Chunk.Event event -> event.name() + new String(event.data(), UTF_8);
            case Chunk.End(Outcome outcome) -> outcome.word();
        };
    }

    @AfterEach
    void close() {
        forwarder.close();
    }

    @Nested
    class WithoutAPreview {
        @Test
        void nothingIsOpened() {
            forwarder.close();

            assertThat(created).hasValue(0);
        }
    }

    @Nested
    class APreview {
        @Test
        void isWrittenWhileTheAnswerArrives() {
            var producer = prepare(writingAtOnce());
            Preview preview = forwarder.open(JOB, 2);

            preview.onEvent(new SseEvent("ping", "{}".getBytes(UTF_8)));

            await().until(() -> written(producer).equals(List.of("2/0 ping{}")));
            assertThat(producer.history().getFirst().key()).isEqualTo(JOB.value().getBytes(UTF_8));
            assertThat(producer.history().getFirst().topic()).isEqualTo("chunks");
        }

        @Test
        void ofAnAnswerIsComplete() {
            var producer = prepare(writingAtOnce());

            answer(forwarder.open(JOB, 1), "a", "b");

            await().until(
                            () ->
                                    written(producer)
                                            .equals(List.of("1/0 a", "1/1 b", "1/2 complete")));
        }

        @Test
        void ofAFailedAttemptFails() {
            var producer = prepare(writingAtOnce());
            Preview preview = forwarder.open(JOB, 1);

            preview.onEvent(event("a"));
            preview.close();

            await().until(() -> written(producer).equals(List.of("1/0 a", "1/1 failed")));
        }

        @Test
        void withoutEventsIsNotWritten() {
            var producer = prepare(writingAtOnce());

            answer(forwarder.open(JOB, 1));
            answer(forwarder.open(JOB, 2), "a");

            await().until(() -> written(producer).equals(List.of("2/0 a", "2/1 complete")));
        }

        @Test
        void endsBeforeAnEventThatIsTooLong() {
            forwarder = forwarder(10L << 20);
            var producer = prepare(writingAtOnce());

            answer(forwarder.open(JOB, 1), "a", "b".repeat(RecordSizes.MAX_CHUNK_BYTES + 1), "c");

            await().until(() -> written(producer).equals(List.of("1/0 a", "1/1 incomplete")));
        }

        @Test
        void isWrittenToItsEndWhenTheForwarderIsClosed() {
            var producer = prepare(writingAtOnce());
            answer(forwarder.open(JOB, 1), "a");

            forwarder.close();

            assertThat(written(producer)).containsExactly("1/0 a", "1/1 complete");
            assertThat(producer.closed()).isTrue();
        }
    }

    @Nested
    class WhenKafkaIsTooSlow {
        @Test
        void previewEndsWhereTheBufferIsFullAndOthersFollowLater() {
            var producer = prepare(writingWhenTold());

            answer(forwarder.open(JOB, 1), "a".repeat(600), "b".repeat(600), "c");
            await().until(() -> producer.history().size() == 2);
            producer.completeNext();
            answer(forwarder.open(JOB, 2), "b".repeat(600));

            await().until(() -> producer.history().size() == 4);
            assertThat(written(producer))
                    .containsExactly(
                            "1/0 " + "a".repeat(600),
                            "1/1 incomplete",
                            "2/0 " + "b".repeat(600),
                            "2/1 complete");
        }
    }

    @Nested
    class WhenAChunkCannotBeWritten {
        private final MockProducer<byte[], byte[]> broken = prepare(writingWhenTold());

        private void fail() {
            Preview preview = forwarder.open(JOB, 1);
            preview.onEvent(event("a"));
            await().until(() -> broken.history().size() == 1);
            broken.errorNext(new TimeoutException("too slow"));
            preview.onEvent(event("b"));
            preview.close();
        }

        @Test
        void nothingIsForwardedForAWhile() {
            fail();

            assertThat(forwarder.open(JOB, 2)).isSameAs(Preview.NONE);
            assertThat(created).hasValue(1);
        }

        @Test
        void laterPreviewsHaveANewProducer() {
            fail();
            var producer = prepare(writingAtOnce());
            now.addAndGet(ChunkForwarder.PAUSE.toNanos());

            answer(forwarder.open(JOB, 2), "a");

            await().until(() -> written(producer).containsAll(List.of("2/0 a", "2/1 complete")));
            assertThat(broken.closed()).isTrue();
        }
    }

    @Nested
    class WhenNoProducerCanBeCreated {
        @Test
        void nothingIsForwardedForAWhile() {
            try (var unreachable =
                    new ChunkForwarder(
                            "chunks",
                            PARTITIONS,
                            () -> {
                                throw new KafkaException("no address");
                            },
                            now::get,
                            new ChunkBuffer(1_000, 50))) {
                answer(unreachable.open(JOB, 1), "a");

                await().until(() -> unreachable.open(JOB, 2).equals(Preview.NONE));
            }
        }
    }
}
