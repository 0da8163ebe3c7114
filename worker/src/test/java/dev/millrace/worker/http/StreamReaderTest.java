package dev.millrace.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests the memory of streamed answers. */
class StreamReaderTest {
    private static final int FREE_BYTES = 1_000;
    private static final int STEPS = 2;
    private static final int STEP_BYTES = 8 << 10;

    private final ResponseBodyReader bodies =
            new ResponseBodyReader(new AnswerLimits(1 << 20, FREE_BYTES, 1, STEPS * STEP_BYTES));
    private final StreamReader streams = new StreamReader(bodies, () -> 0);

    /** Pauses after some content until the test lets it continue. */
    private static final class PausedStream extends InputStream {
        private static final String END =
                """
                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: [DONE]

                """;

        final CountDownLatch paused = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private final InputStream content;
        private final InputStream end = new ByteArrayInputStream(END.getBytes(UTF_8));

        PausedStream(int length) {
            String piece =
                    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                            + "x".repeat(100)
                            + "\"}}]}\n\n";
            content = new ByteArrayInputStream(piece.repeat(length / 100).getBytes(UTF_8));
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = content.read(buffer, offset, length);
            if (read >= 0) {
                return read;
            }
            paused.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
            return end.read(buffer, offset, length);
        }
    }

    private final class Reading {
        final PausedStream stream;
        final CompletableFuture<ExchangeEnd.Streamed> result = new CompletableFuture<>();
        private final Thread thread;

        Reading(String model, int length) {
            stream = new PausedStream(length);
            thread = Thread.ofVirtual().start(() -> read(model));
        }

        private void read(String model) {
            try {
                result.complete(
                        streams.read(
                                stream,
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                ResponseHeaders.NONE,
                                model,
                                _ -> {}));
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        }

        Reading paused() throws InterruptedException {
            stream.paused.await();
            return this;
        }

        void end() throws Exception {
            stream.goOn.countDown();
            assertThat(result.get().answer()).isInstanceOf(AssembledAnswer.Complete.class);
        }
    }

    @Test
    void shortStreamsNeedNoPermit() throws Exception {
        var first = new Reading("m", FREE_BYTES - 500).paused();
        var second = new Reading("m", FREE_BYTES - 500).paused();

        assertThat(bodies.availablePermits("m")).isEqualTo(1);
        first.end();
        second.end();
    }

    @Nested
    class WhenTheMemoryOfStreamsIsUsedUp {
        private final Reading first = new Reading("m", STEP_BYTES);
        private final Reading second = new Reading("m", STEP_BYTES);

        @Test
        void longStreamTakesThePermitOfALongAnswer() throws Exception {
            first.paused();
            second.paused();
            assertThat(bodies.availablePermits("m")).isEqualTo(1);

            var third = new Reading("m", 10 * STEP_BYTES).paused();

            assertThat(bodies.availablePermits("m")).isZero();
            third.end();
            assertThat(bodies.availablePermits("m")).isEqualTo(1);
            first.end();
            second.end();
        }

        @Test
        void nextLongStreamWaitsForThePermit() throws Exception {
            first.paused();
            second.paused();
            var third = new Reading("m", STEP_BYTES).paused();
            var fourth = new Reading("m", STEP_BYTES);
            await().until(() -> fourth.thread.getState() == Thread.State.WAITING);
            assertThat(fourth.stream.paused.getCount()).isEqualTo(1);

            third.end();

            fourth.end();
            first.end();
            second.end();
        }

        @Test
        void interruptEndsTheWaitForThePermit() throws Exception {
            first.paused();
            second.paused();
            var third = new Reading("m", STEP_BYTES).paused();
            var fourth = new Reading("m", STEP_BYTES);
            await().until(() -> fourth.thread.getState() == Thread.State.WAITING);

            fourth.thread.interrupt();

            assertThat(fourth.result)
                    .failsWithin(Duration.ofMinutes(10))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(InterruptedIOException.class);
            third.end();
            first.end();
            second.end();
        }

        @Test
        void streamsOfOtherModelsHaveTheirOwnMemory() throws Exception {
            first.paused();
            second.paused();

            new Reading("other", STEP_BYTES).paused().end();

            assertThat(bodies.availablePermits("other")).isEqualTo(1);
            first.end();
            second.end();
        }

        @Test
        void memoryIsFreeAgainAfterTheStreams() throws Exception {
            first.paused().end();
            second.paused().end();

            var next = new Reading("m", STEP_BYTES).paused();
            assertThat(bodies.availablePermits("m")).isEqualTo(1);
            next.end();
        }
    }
}
