package dev.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.consumer.Received;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.output.Output;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.producer.Published;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each {@code runOnce()} of the reader's thread is made by the test. */
class ReplyReaderTest {
    private static final String REQUESTS = "millrace.requests";

    private final Queue<Received> records = new ArrayDeque<>();
    private final List<String> opened = new ArrayList<>();
    private boolean isDown;
    private int closed;

    private final ReplyReader reader = new ReplyReader(this::open);

    private final JobId job = JobId.of("default", "default", "a");
    private final PendingCall call = new PendingCall(job, Endpoint.CHAT_COMPLETIONS);

    /** Replies that end with the queue. */
    private ReplyReader.Replies open() {
        if (isDown) {
            throw new IllegalStateException("down");
        }
        opened.add("open");
        return new ReplyReader.Replies() {
            @Override
            public List<Received> poll(Duration timeout, Predicate<byte[]> wanted) {
                if (isDown) {
                    throw new IllegalStateException("down");
                }
                List<Received> wantedRecords =
                        records.stream().filter(it -> wanted.test(key(it))).toList();
                records.clear();
                return wantedRecords;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private static byte[] key(Received received) {
        return switch (received.output()) {
            case Output.Result result -> result.view().jobId().getBytes(UTF_8);
            case Output.Letter letter -> Objects.requireNonNull(letter.key());
            case Output.Cost _, Output.Unreadable _ -> throw new IllegalStateException();
        };
    }

    private static Received result(JobId id) {
        var view =
                new ResultView(
                        id.value(),
                        "a",
                        "default",
                        "default",
                        null,
                        200,
                        null,
                        "m",
                        "p",
                        1,
                        BigDecimal.ONE,
                        1,
                        1);
        return received(new Output.Result(view, "{}".getBytes(UTF_8)));
    }

    private static Received letter(JobId id, long offset) {
        return received(
                new Output.Letter(
                        new DeadLetter(
                                "duplicate",
                                "was there",
                                REQUESTS,
                                0,
                                offset,
                                null,
                                null,
                                null,
                                id.value()),
                        id.value().getBytes(UTF_8),
                        new byte[0]));
    }

    private static Received received(Output output) {
        return new Received("topic", 0, 0, Instant.EPOCH, output);
    }

    @Nested
    class AReply {
        @Test
        void callIsPublishedOnlyOnceTheReaderHasItsPosition() throws Exception {
            CompletableFuture<Void> ready = reader.add(call);

            assertThat(ready).isNotDone();
            reader.runOnce();
            assertThat(ready).isCompleted();
        }

        @Test
        void resultCompletesItsCall() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            records.add(result(JobId.of("default", "default", "other")));
            records.add(result(job));

            reader.runOnce();

            assertThat(call.answer())
                    .isCompletedWithValueMatching(it -> it.job().jobId().equals(job.value()));
        }

        @Test
        void deadLetterOfItsRequestFailsTheCall() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            call.onPublished(new Published(REQUESTS, 0, 7));
            records.add(letter(job, 7));

            reader.runOnce();

            assertThat(call.answer())
                    .completesExceptionallyWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(RejectedRequestException.class)
                    .withMessage("duplicate: was there");
        }

        @Test
        void deadLetterOfARepeatByAnotherDoesNotEndTheCall() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            records.add(letter(job, 8));

            reader.runOnce();
            call.onPublished(new Published(REQUESTS, 0, 7));

            assertThat(call.answer()).isNotDone();
        }
    }

    @Nested
    class ASecondCall {
        @Test
        void isPublishedAtOnceWhileTheReaderReads() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();

            assertThat(reader.add(new PendingCall(JobId.of("t", "b", "c"), Endpoint.RESPONSES)))
                    .isCompleted();
        }

        @Test
        void isRefusedIfItIsTheSameJob() {
            var _ = reader.add(call);

            assertThat(reader.add(new PendingCall(job, Endpoint.CHAT_COMPLETIONS)))
                    .isCompletedExceptionally();
            assertThat(call.answer()).isNotDone();
        }
    }

    @Nested
    class WithoutCalls {
        @Test
        void readerClosesItsConnectionsAfterAWhile() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            reader.remove(call);

            for (int i = 0; i < ReplyReader.IDLE_POLLS; i++) {
                assertThat(closed).isZero();
                reader.runOnce();
            }

            assertThat(closed).isOne();
        }

        @Test
        void nextCallOpensThemAgain() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            reader.remove(call);
            for (int i = 0; i < ReplyReader.IDLE_POLLS; i++) {
                reader.runOnce();
            }
            CompletableFuture<Void> ready = reader.add(call);
            assertThat(ready).isNotDone();

            reader.runOnce();

            assertThat(ready).isCompleted();
            assertThat(opened).hasSize(2);
        }
    }

    @Nested
    class WhenKafkaFails {
        @Test
        void waitingCallsFail() throws Exception {
            var _ = reader.add(call);
            reader.runOnce();
            isDown = true;

            reader.runOnce();

            assertThat(call.answer()).isCompletedExceptionally();
            assertThat(closed).isOne();
        }

        @Test
        void callFailsIfTheReaderCannotOpen() throws Exception {
            isDown = true;
            CompletableFuture<Void> ready = reader.add(call);

            reader.runOnce();

            assertThat(ready).isNotDone();
            assertThat(call.answer()).isCompletedExceptionally();
        }

        @Test
        void laterCallsWorkAgain() throws Exception {
            isDown = true;
            var _ = reader.add(call);
            reader.runOnce();
            isDown = false;
            CompletableFuture<Void> ready = reader.add(new PendingCall(job, Endpoint.RESPONSES));

            reader.runOnce();

            assertThat(ready).isCompleted();
        }
    }

    @Nested
    class WhenItIsClosed {
        @Test
        void waitingCallsFail() {
            var _ = reader.add(call);
            reader.start();

            reader.close();

            assertThat(call.answer())
                    .completesExceptionallyWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessage("the client is closed");
        }

        @Test
        void laterCallsAreRefused() {
            reader.close();

            assertThat(reader.add(call)).isCompletedExceptionally();
        }
    }
}
