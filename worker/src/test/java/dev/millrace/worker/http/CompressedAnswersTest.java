package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.MAX_BYTES;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.exchange;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static dev.millrace.worker.http.Exchanges.transport;
import static dev.millrace.worker.http.server.EventStream.ANSWER;
import static dev.millrace.worker.http.server.EventStream.DONE;
import static dev.millrace.worker.http.server.EventStream.EVENTS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.EventStream;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests answers that are compressed with gzip or deflate. */
class CompressedAnswersTest {
    private static final String JSON = "application/json";
    private static final String SSE = "text/event-stream";

    /** More than the stack has room for, if each one needs a frame. */
    private static final int EMPTY_MEMBERS = 50_000;

    private static final String TEXT = "{\"answer\":\"%s\"}".formatted("word ".repeat(20));

    /** Checksum and length at the end of gzip. */
    private static final int TRAILER_BYTES = 8;

    /** Marks of the end of a body. */
    enum Framing {
        LENGTH,
        CHUNKS,
        CLOSE
    }

    enum Format {
        GZIP("gzip"),
        ZLIB("deflate"),
        RAW_DEFLATE("deflate");

        private final String coding;

        Format(String coding) {
            this.coding = coding;
        }

        byte[] packed(String text) throws IOException {
            var packed = new ByteArrayOutputStream();
            try (OutputStream out =
                    switch (this) {
                        case GZIP -> new GZIPOutputStream(packed);
                        case ZLIB -> new DeflaterOutputStream(packed);
                        case RAW_DEFLATE ->
                                new DeflaterOutputStream(
                                        packed, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
                    }) {
                out.write(text.getBytes(UTF_8));
            }
            return packed.toByteArray();
        }
    }

    private static byte[] gzip(String text) throws IOException {
        return Format.GZIP.packed(text);
    }

    private static String head(String type, String coding) {
        return "HTTP/1.1 200 OK\r\nContent-Type: "
                + type
                + "\r\nContent-Encoding: "
                + coding
                + "\r\n";
    }

    /** Returns a script that sends a whole body. */
    private static RawServer.Script whole(String type, String coding, byte[] body) {
        return (out, connection) ->
                send(out, head(type, coding), Framing.LENGTH, body, body.length, connection);
    }

    /** Sends the beginning of a body; closes the connection if the framing needs it. */
    private static void send(
            OutputStream out,
            String head,
            Framing framing,
            byte[] body,
            int length,
            Socket connection)
            throws IOException {
        var response = new EventStream(out);
        byte[] part = Arrays.copyOf(body, length);
        switch (framing) {
            case LENGTH -> response.raw(head + "Content-Length: " + body.length + "\r\n\r\n");
            case CHUNKS -> response.raw(head + EventStream.CHUNKED);
            case CLOSE -> response.raw(head + "Connection: close\r\n\r\n");
        }
        if (framing == Framing.CHUNKS) {
            if (length > 0) {
                response.chunk(part);
            }
            response.end();
        } else {
            out.write(part);
            out.flush();
            if (framing == Framing.CLOSE || length < body.length) {
                connection.close();
            }
        }
    }

    /** Sends each byte in its own chunk, without the end of the body. */
    private static EventStream singleBytes(OutputStream out, String head, byte[] body)
            throws IOException {
        var response = new EventStream(out).raw(head + EventStream.CHUNKED);
        for (byte each : body) {
            response.chunk(new byte[] {each});
        }
        return response;
    }

    /** Calls a server once for each number below a limit, and returns the exchanges in order. */
    private static ExchangeEnd[] exchanges(int count, IntFunction<RawServer.Script> scripts)
            throws Exception {
        var all = new ExchangeEnd[count];
        try (var transport = transport(PATIENT)) {
            for (int i = 0; i < count; i++) {
                try (var server = new RawServer(scripts.apply(i))) {
                    all[i] = onVirtualThread(transport, server.uri());
                }
            }
        }
        return all;
    }

    private static void assertBody(ExchangeEnd exchange, String text) {
        assertThat(exchange)
                .isInstanceOfSatisfying(
                        ExchangeEnd.Responded.class,
                        it -> assertThat(it.body()).asString(UTF_8).isEqualTo(text));
    }

    /** Nothing can be read, or the body ends too early. */
    private static void assertUndecompressed(ExchangeEnd exchange) {
        if (!exchange.equals(new ExchangeEnd.Broken("the answer cannot be decompressed", true))) {
            assertUnreadable(exchange, "gzip");
        }
    }

    /** The answer was paid for, and it cannot be read, or it ends too early. */
    private static void assertCut(ExchangeEnd exchange) {
        if (exchange instanceof ExchangeEnd.Broken broken) {
            assertThat(broken.sent()).isTrue();
        } else {
            assertUnreadable(exchange, "gzip");
        }
    }

    private static boolean isEmpty(ExchangeEnd exchange) {
        return exchange instanceof ExchangeEnd.Responded responded && responded.body().length == 0;
    }

    private static void assertUnreadable(ExchangeEnd exchange, String encoding) {
        assertThat(exchange)
                .isInstanceOfSatisfying(
                        ExchangeEnd.Unreadable.class,
                        it ->
                                assertThat(it.reason())
                                        .startsWith("the answer cannot be decompressed")
                                        .contains("Content-Encoding is " + encoding + ";"));
    }

    private static void assertStreamed(ExchangeEnd exchange) {
        assertThat(streamedBody(exchange)).isEqualTo(ANSWER);
    }

    /** The usage comes after the finish reason, which completes the answer. */
    private static void assertStreamedAtLeastItsContent(ExchangeEnd exchange) {
        assertThat(streamedBody(exchange))
                .isIn(ANSWER, ANSWER.substring(0, ANSWER.indexOf(",\"usage\"")) + "}");
    }

    private static boolean isComplete(ExchangeEnd exchange) {
        return exchange instanceof ExchangeEnd.Streamed streamed
                && streamed.answer() instanceof AssembledAnswer.Complete;
    }

    private static String streamedBody(ExchangeEnd exchange) {
        assertThat(exchange).isInstanceOf(ExchangeEnd.Streamed.class);
        var answer = ((ExchangeEnd.Streamed) exchange).answer();
        assertThat(answer).isInstanceOf(AssembledAnswer.Complete.class);
        return new String(((AssembledAnswer.Complete) answer).body(), UTF_8);
    }

    @Nested
    class ARequest {
        @Test
        void requestOffersGzipAndDeflate() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"))) {
                exchange(server, PATIENT);

                assertThat(server.heads.getFirst())
                        .contains("\r\nAccept-Encoding: gzip, deflate\r\n");
            }
        }

        @Test
        void configuredHeaderReplacesTheOffer() throws Exception {
            try (var server = new RawServer(RawServer.always(200, "{}"));
                    var transport = transport(PATIENT)) {
                var outgoing =
                        new ProviderRequest(
                                "p",
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                server.uri(),
                                Map.of("accept-encoding", "identity"),
                                new byte[0]);
                transport.exchange(outgoing, "m", Window.open(Exchanges.NOW.get()), _ -> {});

                assertThat(server.heads.getFirst())
                        .contains("\r\naccept-encoding: identity\r\n")
                        .doesNotContain("gzip");
            }
        }
    }

    @Nested
    class AnAnswer {
        @ParameterizedTest
        @EnumSource
        void compressedAnswerIsDecompressed(Format format) throws Exception {
            var script = whole(JSON, format.coding, format.packed(TEXT));
            try (var server = new RawServer(script)) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @Test
        void severalMembersAreOneAnswer() throws Exception {
            var packed = new ByteArrayOutputStream();
            packed.writeBytes(gzip(TEXT.substring(0, 30)));
            packed.writeBytes(gzip(TEXT.substring(30)));
            try (var server =
                    new RawServer(
                            (out, _) ->
                                    singleBytes(out, head(JSON, "gzip"), packed.toByteArray())
                                            .end())) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"gzip", "identity"})
        void emptyMembersAreSkipped(String coding) throws Exception {
            var packed = new ByteArrayOutputStream();
            byte[] empty = gzip("");
            for (int i = 0; i < EMPTY_MEMBERS; i++) {
                packed.writeBytes(empty);
            }
            packed.writeBytes(gzip(TEXT));
            try (var server = new RawServer(whole(JSON, coding, packed.toByteArray()))) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"gzip", "identity"})
        void bytesAfterTheLastMemberAreNotAwaited(String coding) throws Exception {
            byte[] packed = gzip(TEXT);
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                new EventStream(out)
                                        .raw(head(JSON, coding) + EventStream.CHUNKED)
                                        .chunk(packed)
                                        .chunk("more".getBytes(UTF_8));
                                hang(out, connection);
                            })) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @Test
        void connectionIsReused() throws Exception {
            byte[] packed = gzip("{}");
            try (var server = new RawServer(whole(JSON, "gzip", packed));
                    var transport = transport(PATIENT)) {
                for (int i = 0; i < 5; i++) {
                    assertBody(onVirtualThread(transport, server.uri()), "{}");
                }

                assertThat(server.accepted).hasValue(1);
            }
        }
    }

    @Nested
    class ALongAnswer {
        @Test
        void answerOfMaximumLengthIsComplete() throws Exception {
            String text = "x".repeat(MAX_BYTES);
            try (var server = new RawServer(whole(JSON, "gzip", gzip(text)))) {
                assertBody(exchange(server, PATIENT), text);
            }
        }

        @ParameterizedTest
        @EnumSource
        void answerIsTooLargeIfItsDecompressedLengthIs(Format format) throws Exception {
            byte[] packed = format.packed("x".repeat(MAX_BYTES + 1));
            assertThat(packed).hasSizeLessThan(MAX_BYTES);
            try (var server = new RawServer(whole(JSON, format.coding, packed))) {
                assertThat(exchange(server, PATIENT)).isInstanceOf(ExchangeEnd.TooLarge.class);
            }
        }

        @Test
        void endlessAnswerIsTooLargeAndItsConnectionIsClosed() throws Exception {
            var disconnected = new CompletableFuture<Boolean>();
            try (var server =
                    new RawServer(
                            (out, _) -> {
                                new EventStream(out)
                                        .raw(head(JSON, "gzip") + "Connection: close\r\n\r\n");
                                try (var packed = new GZIPOutputStream(out)) {
                                    while (true) {
                                        packed.write(new byte[1 << 16]);
                                    }
                                } catch (IOException e) {
                                    disconnected.complete(true);
                                }
                            })) {
                assertThat(exchange(server, PATIENT)).isInstanceOf(ExchangeEnd.TooLarge.class);
                assertThat(disconnected.get()).isTrue();
            }
        }
    }

    @Nested
    class ABrokenAnswer {
        @ParameterizedTest
        @EnumSource
        void cutAnswerIsNoAnswerWhereverItIsCut(Framing framing) throws Exception {
            byte[] packed = gzip(TEXT);
            ExchangeEnd[] cut =
                    exchanges(
                            packed.length - TRAILER_BYTES,
                            length ->
                                    (out, connection) ->
                                            send(
                                                    out,
                                                    head(JSON, "gzip"),
                                                    framing,
                                                    packed,
                                                    length,
                                                    connection));

            assertThat(cut[0])
                    .isInstanceOf(
                            framing == Framing.LENGTH
                                    ? ExchangeEnd.Broken.class
                                    : ExchangeEnd.Responded.class);
            assertThat(Arrays.stream(cut).skip(1))
                    .allSatisfy(
                            it -> {
                                if (it instanceof ExchangeEnd.Responded) {
                                    assertBody(it, TEXT);
                                } else {
                                    assertCut(it);
                                }
                            });
            assertThat(cut[packed.length / 2]).isNotInstanceOf(ExchangeEnd.Responded.class);
        }

        @ParameterizedTest
        @EnumSource
        void answerWithoutItsTrailerIsWhole(Framing framing) throws Exception {
            byte[] packed = gzip(TEXT);
            ExchangeEnd[] cut =
                    exchanges(
                            TRAILER_BYTES + 1,
                            left ->
                                    (out, connection) ->
                                            send(
                                                    out,
                                                    head(JSON, "gzip"),
                                                    framing,
                                                    packed,
                                                    packed.length - left,
                                                    connection));

            assertThat(cut).allSatisfy(it -> assertBody(it, TEXT));
        }

        /** The next call would get the same bytes, and would be billed too. */
        @ParameterizedTest
        @ValueSource(strings = {"gzip", "deflate"})
        void compressedDataThatEndsBeforeItsBodyIsUnreadable(String coding) throws Exception {
            byte[] packed = coding.equals("gzip") ? gzip(TEXT) : Format.ZLIB.packed(TEXT);
            byte[] cut = Arrays.copyOf(packed, packed.length / 2);
            try (var server = new RawServer(whole(JSON, coding, cut))) {
                assertUnreadable(exchange(server, PATIENT), coding);
            }
        }

        @Test
        void changedByteNeverChangesTheAnswer() throws Exception {
            byte[] packed = gzip(TEXT);
            ExchangeEnd[] changed =
                    exchanges(
                            packed.length,
                            at -> {
                                byte[] bytes = packed.clone();
                                bytes[at] ^= 0x10;
                                return whole(JSON, "gzip", bytes);
                            });

            assertThat(changed)
                    .allSatisfy(
                            it -> {
                                if (it instanceof ExchangeEnd.Responded) {
                                    assertBody(it, TEXT);
                                } else {
                                    assertUndecompressed(it);
                                }
                            });
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"gzip", "deflate", "br", "utf-8", "none", "identity, identity", "", "x"})
        void plainTextIsReadWhateverItsName(String coding) throws Exception {
            try (var server = new RawServer(whole(JSON, coding, TEXT.getBytes(ISO_8859_1)))) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"GZIP", "x-gzip", "gzip, identity", "identity,gzip", "utf-8", ""})
        void gzipIsDecompressedWhateverItsName(String coding) throws Exception {
            try (var server = new RawServer(whole(JSON, coding, gzip(TEXT)))) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"Deflate", "deflate, identity"})
        void deflateIsDecompressedWithOrWithoutItsHeader(String coding) throws Exception {
            for (Format format : List.of(Format.ZLIB, Format.RAW_DEFLATE)) {
                try (var server = new RawServer(whole(JSON, coding, format.packed(TEXT)))) {
                    assertBody(exchange(server, PATIENT), TEXT);
                }
            }
        }

        @Test
        void codingsWithinCodingsAreDecompressed() throws Exception {
            byte[] inner = gzip(TEXT);
            var twice = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(twice)) {
                out.write(inner);
            }
            try (var server = new RawServer(whole(JSON, "gzip, gzip", twice.toByteArray()))) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @Test
        void formatThatWasNotOfferedIsNoAnswer() throws Exception {
            byte[] unknown = {(byte) 0x8b, 0x03, (byte) 0x80, 0x7b, 0x7d, 0x03};
            try (var server = new RawServer(whole(JSON, "br", unknown))) {
                assertUnreadable(exchange(server, PATIENT), "br");
            }
        }

        @Test
        void wholeAnswerIsReadAlthoughItsBodyIsCut() throws Exception {
            RawServer.Script script =
                    (out, connection) -> {
                        out.write(
                                ("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + TEXT)
                                        .getBytes(UTF_8));
                        connection.close();
                    };
            try (var server = new RawServer(script)) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }

        @Test
        void gzipIsDecompressedAlthoughNoHeaderNamesIt() throws Exception {
            try (var server = new RawServer(whole(JSON, "identity", gzip(TEXT)))) {
                assertBody(exchange(server, PATIENT), TEXT);
            }
        }
    }

    @Nested
    class AStream {
        @ParameterizedTest
        @EnumSource
        void compressedStreamIsAssembled(Format format) throws Exception {
            var script = whole(SSE, format.coding, format.packed(EVENTS + DONE));
            try (var server = new RawServer(script)) {
                assertStreamed(exchange(server, PATIENT));
            }
        }

        @Test
        void eventsAreReadAsTheyArrive() throws Exception {
            byte[] flushed = flushed(EVENTS + DONE);
            try (var server =
                    new RawServer(
                            (out, connection) -> {
                                singleBytes(out, head(SSE, "gzip"), flushed);
                                hang(out, connection);
                            })) {
                assertStreamed(exchange(server, PATIENT));
            }
        }

        @Test
        void connectionIsReused() throws Exception {
            byte[] packed = gzip(EVENTS + DONE);
            try (var server = new RawServer(whole(SSE, "gzip", packed));
                    var transport = transport(PATIENT)) {
                for (int i = 0; i < 3; i++) {
                    assertStreamed(onVirtualThread(transport, server.uri()));
                }

                assertThat(server.accepted).hasValue(1);
            }
        }

        @ParameterizedTest
        @EnumSource
        void cutStreamGivesNoWrongAnswerWhereverItIsCut(Framing framing) throws Exception {
            byte[] packed = flushed(EVENTS + DONE);
            ExchangeEnd[] cut =
                    exchanges(
                            packed.length,
                            length ->
                                    (out, connection) ->
                                            send(
                                                    out,
                                                    head(SSE, "gzip"),
                                                    framing,
                                                    packed,
                                                    length,
                                                    connection));

            assertThat(cut)
                    .allSatisfy(
                            it -> {
                                if (isComplete(it)) {
                                    assertStreamedAtLeastItsContent(it);
                                } else if (it instanceof ExchangeEnd.Streamed streamed) {
                                    assertThat(streamed.answer())
                                            .isInstanceOf(AssembledAnswer.Incomplete.class);
                                } else if (!isEmpty(it)) {
                                    assertCut(it);
                                }
                            });
            assertThat(isComplete(cut[packed.length / 2])).isFalse();
        }

        @Test
        void endlessEventIsTooLarge() throws Exception {
            try (var server =
                    new RawServer(
                            (out, _) -> {
                                new EventStream(out)
                                        .raw(head(SSE, "gzip") + "Connection: close\r\n\r\n");
                                try (var packed = new GZIPOutputStream(out)) {
                                    packed.write("data: ".getBytes(UTF_8));
                                    while (true) {
                                        packed.write("x".repeat(1 << 16).getBytes(UTF_8));
                                    }
                                }
                            })) {
                assertThat(exchange(server, PATIENT))
                        .isInstanceOfSatisfying(
                                ExchangeEnd.Streamed.class,
                                it ->
                                        assertThat(it.answer())
                                                .isInstanceOf(AssembledAnswer.TooLarge.class));
            }
        }

        /** Compresses a text so that all of it is readable before the end. */
        private static byte[] flushed(String text) throws IOException {
            var packed = new ByteArrayOutputStream();
            var out = new GZIPOutputStream(packed, 512, true);
            out.write(text.getBytes(UTF_8));
            out.flush();
            return packed.toByteArray();
        }
    }
}
