package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.LONG;
import static dev.millrace.worker.http.Exchanges.MAX_BYTES;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.SHORT;
import static dev.millrace.worker.http.Exchanges.TIME_TO_SEND;
import static dev.millrace.worker.http.Exchanges.exchange;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static dev.millrace.worker.http.Exchanges.transport;
import static dev.millrace.worker.http.server.EventStream.ANSWER;
import static dev.millrace.worker.http.server.EventStream.CHUNKED;
import static dev.millrace.worker.http.server.EventStream.DONE;
import static dev.millrace.worker.http.server.EventStream.EVENTS;
import static dev.millrace.worker.http.server.EventStream.HEAD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.EventStream;
import dev.millrace.worker.http.server.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests streamed answers over HTTP. */
class HttpStreamTest {
    @BeforeAll
    static void warmUp() throws Exception {
        Exchanges.warmUp();
    }

    /** The first event of a stream. */
    private static final String BEGINNING = EVENTS.substring(0, EVENTS.indexOf("\n\n") + 2);

    private static AssembledAnswer answer(RawServer.Script script) throws Exception {
        try (var server = new RawServer(script)) {
            return streamed(exchange(server, PATIENT));
        }
    }

    private static AssembledAnswer streamed(ExchangeEnd exchange) {
        assertThat(exchange).isInstanceOf(ExchangeEnd.Streamed.class);
        return ((ExchangeEnd.Streamed) exchange).answer();
    }

    private static void assertComplete(AssembledAnswer answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        AssembledAnswer.Complete.class,
                        it -> assertThat(it.body()).asString(UTF_8).isEqualTo(ANSWER));
    }

    @Nested
    class ACompleteStream {
        @ParameterizedTest
        @ValueSource(ints = {1, 7, 100, 10_000})
        void streamIsAssembledWhereverItsChunksEnd(int chunkBytes) throws Exception {
            assertComplete(answer(EventStream.of(EVENTS + DONE, chunkBytes)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\r\n", "\r"})
        void otherLineEndsAndCommentsChangeNothing(String lineEnd) throws Exception {
            String commented = ": keep-alive\n\n" + EVENTS.replace("data:", ":\ndata:") + DONE;

            assertComplete(answer(EventStream.of(commented.replace("\n", lineEnd), 9)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"iso-8859-1", "GBK"})
        void declaredCharsetOfUtf8DoesNotMatter(String charset) throws Exception {
            assertComplete(
                    answer(
                            (out, _) ->
                                    new EventStream(out)
                                            .raw(HEAD.replace("utf-8", charset) + CHUNKED)
                                            .chunk(EVENTS)
                                            .end()));
        }

        @Test
        void streamUntilTheConnectionClosesIsAssembled() throws Exception {
            assertComplete(
                    answer(
                            (out, connection) -> {
                                new EventStream(out)
                                        .raw(
                                                HEAD.toUpperCase(Locale.ROOT)
                                                        + "\r\n"
                                                        + EVENTS
                                                        + DONE);
                                connection.close();
                            }));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "data: [DONE]", "data: [DONE]\n", "data: [DO", ": over\n\n"})
        void endMarkAndItsBlankLineAreNotNeeded(String end) throws Exception {
            assertComplete(answer(EventStream.of(EVENTS + end, 50)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "1", "10\r\n", "10\r\ndata: [DO"})
        void connectionMayBreakAfterTheAnswer(String frame) throws Exception {
            assertComplete(
                    answer(
                            (out, connection) -> {
                                new EventStream(out).raw(HEAD + CHUNKED).chunk(EVENTS).raw(frame);
                                connection.close();
                            }));
        }

        @Test
        void connectionMayStayOpenAfterTheAnswer() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out).head().chunk(EVENTS);
                                hang(out, connection);
                            })) {
                assertComplete(streamed(exchange(server, new Timeouts(LONG, LONG, SHORT, LONG))));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"application/json", "text/plain", "text/html", ""})
        void labelOfAStreamDoesNotMatter(String type) throws Exception {
            String head = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
            assertComplete(
                    answer(
                            (out, connection) -> {
                                new EventStream(out)
                                        .raw(
                                                "HTTP/1.1 200 OK\r\n"
                                                        + head
                                                        + "\r\n\n \0\uFEFF"
                                                        + EVENTS
                                                        + DONE);
                                connection.close();
                            }));
        }

        @Test
        void labelOfABodyDoesNotMatter() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out).raw(HEAD + "\r\n\r\n\n" + ANSWER + DONE);
                                connection.close();
                            })) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Responded.class,
                                it ->
                                        assertThat(it.body())
                                                .asString(UTF_8)
                                                .contains(ANSWER + DONE));
            }
        }

        @Test
        void plainBodyIsAnAnswerToo() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"))) {
                assertThat(exchange(server, PATIENT)).isInstanceOf(ExchangeEnd.Responded.class);
            }
        }

        @Test
        void streamWithAnErrorStatusIsNotAssembled() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out)
                                        .raw(HEAD.replace("200", "429") + "\r\ndata: {}\n\n");
                                connection.close();
                            })) {
                assertThat(((ExchangeEnd.Responded) exchange(server, PATIENT)).status())
                        .isEqualTo(429);
            }
        }
    }

    @Nested
    class AStreamThatGivesNoAnswer {
        @ParameterizedTest
        @ValueSource(strings = {"", "data: {\"choices\":[{\"ind", "data: [DO", ": over\n\n"})
        void bodyThatEndsBeforeItsAnswerIsIncomplete(String end) throws Exception {
            assertThat(answer(EventStream.of(BEGINNING + end, 50)))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @Test
        void connectionThatClosesBeforeTheAnswerIsIncomplete() throws Exception {
            assertThat(
                            answer(
                                    (out, connection) -> {
                                        new EventStream(out).raw(HEAD + "\r\n" + BEGINNING);
                                        connection.close();
                                    }))
                    .isInstanceOf(AssembledAnswer.Incomplete.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "1", "10\r\n", "10\r\ndata: [DO"})
        void connectionThatClosesWithinAChunkIsBroken(String frame) throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out)
                                        .raw(HEAD + CHUNKED)
                                        .chunk(BEGINNING)
                                        .raw(frame);
                                connection.close();
                            })) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isTrue());
            }
        }

        @Test
        void errorEndsTheStream() throws Exception {
            String error = "{\"error\":{\"message\":\"busy\",\"code\":503}}";

            assertThat(answer(EventStream.of(BEGINNING + "data: " + error + "\n\n" + DONE, 50)))
                    .isInstanceOfSatisfying(
                            AssembledAnswer.Failed.class,
                            it -> assertThat(it.errorBody()).asString(UTF_8).isEqualTo(error));
        }

        @Test
        void dataOfAnotherFormatIsMalformed() throws Exception {
            assertThat(answer(EventStream.of("data: hello\n\n" + DONE, 50)))
                    .isInstanceOf(AssembledAnswer.Malformed.class);
        }

        @Test
        void tooLongAnswerIsNotReadToItsEnd() throws Exception {
            String piece = EVENTS.substring(0, EVENTS.indexOf("\n\n") + 2);
            assertThat(
                            answer(
                                    (out, connection) -> {
                                        var stream = new EventStream(out).head();
                                        for (int i = 0; i <= MAX_BYTES; i++) {
                                            stream.chunk(piece);
                                        }
                                        hang(out, connection);
                                    }))
                    .isInstanceOf(AssembledAnswer.TooLarge.class);
        }

        @Test
        void endlessCommentIsTooLarge() throws Exception {
            assertThat(
                            answer(
                                    (out, _) -> {
                                        var stream = new EventStream(out).head().chunk(":");
                                        while (true) {
                                            stream.chunk("x".repeat(1_000));
                                        }
                                    }))
                    .isEqualTo(
                            new AssembledAnswer.TooLarge(
                                    "a line, an event or the comments of the stream"));
        }

        @Test
        void endlessCommentsAreTooLargeAndAreNotReadOn() throws Exception {
            String comments = ": keep-alive\n\n".repeat(100);
            var sent = new AtomicLong();
            assertThat(
                            answer(
                                    (out, _) -> {
                                        var stream = new EventStream(out).head().chunk(EVENTS);
                                        while (true) {
                                            stream.chunk(comments);
                                            sent.addAndGet(comments.length());
                                        }
                                    }))
                    .isInstanceOf(AssembledAnswer.TooLarge.class);
            // More than the buffers of both ends of the connection hold.
            assertThat(sent).hasValueLessThan(32 << 20);
        }
    }

    @Nested
    class Connections {
        private static void twoCalls(RawServer server) throws Exception {
            try (var transport = transport(PATIENT)) {
                assertComplete(streamed(onVirtualThread(transport, server.uri())));
                assertComplete(streamed(onVirtualThread(transport, server.uri())));
            }
        }

        @Test
        void connectionIsReusedAfterTheEndOfTheBody() throws Exception {
            try (var server = new RawServer(EventStream.of(EVENTS + DONE, 50))) {
                twoCalls(server);

                assertThat(server.accepted).hasValue(1);
            }
        }

        @Test
        void bodyThatDoesNotEndIsNotAwaited() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out).head().chunk(EVENTS + DONE);
                                hang(out, connection);
                            })) {
                twoCalls(server);

                assertThat(server.accepted).hasValue(2);
            }
        }
    }

    @Nested
    class Times {
        /** Longer than a noisy machine delays a packet. */
        private static final Duration A_WHILE = SHORT.multipliedBy(6);

        @Test
        void headAloneIsNotTheFirstByte() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out).head();
                                hang(out, connection);
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, SHORT, LONG, LONG)))
                        .isEqualTo(new ExchangeEnd.TimedOut("the first byte of the answer", true));
            }
        }

        @Test
        void modelMayThinkLongerThanBetweenChunksAfterItsHead() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                var stream = new EventStream(out).head();
                                pause(connection);
                                stream.chunk(EVENTS + DONE).end();
                            })) {
                assertComplete(streamed(exchange(server, new Timeouts(LONG, LONG, A_WHILE, LONG))));
            }
        }

        @Test
        void commentIsTheFirstByte() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                var stream = new EventStream(out).head().chunk(": wait\n\n");
                                pause(connection);
                                stream.chunk(EVENTS + DONE).end();
                            })) {
                assertComplete(streamed(exchange(server, new Timeouts(LONG, A_WHILE, LONG, LONG))));
            }
        }

        @Test
        void stalledStreamTimesOut() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out).head().chunk(BEGINNING);
                                hang(out, connection);
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, LONG, SHORT, LONG)))
                        .isEqualTo(new ExchangeEnd.TimedOut("the next part of the answer", true));
            }
        }

        @Test
        void totalTimeoutEndsAStreamOfComments() throws Exception {
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                var stream = new EventStream(out).head();
                                connection.setSoTimeout(20);
                                while (isOpen(connection)) {
                                    stream.chunk(": wait\n\n");
                                }
                            })) {
                assertThat(exchange(server, new Timeouts(LONG, LONG, LONG, TIME_TO_SEND)))
                        .isEqualTo(new ExchangeEnd.TimedOut("the whole answer", true));
            }
        }

        /** Waits until the client disconnects, at most half as long again as a while. */
        private static void pause(Socket connection) throws IOException {
            connection.setSoTimeout((int) A_WHILE.multipliedBy(3).dividedBy(2).toMillis());
            isOpen(connection);
            connection.setSoTimeout(0);
        }

        private static boolean isOpen(Socket connection) throws IOException {
            try {
                return connection.getInputStream().read() >= 0;
            } catch (SocketTimeoutException e) {
                return true;
            }
        }
    }
}
