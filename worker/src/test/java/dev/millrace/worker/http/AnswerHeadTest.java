package dev.millrace.worker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.WorkerConfig.Timeouts;
import dev.millrace.worker.answer.Exchange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The head of an answer takes a bounded amount of memory. */
class AnswerHeadTest {
    private static Exchange answeredWith(String head) throws Exception {
        byte[] answer =
                ("HTTP/1.1 200 OK\r\n" + head + "Content-Length: 2\r\n\r\n{}").getBytes(ISO_8859_1);
        try (var server = new RawServer((out, _) -> out.write(answer));
                var transport =
                        Exchanges.transport(
                                Timeouts.DEFAULT,
                                new HttpClientFactory(Timeouts.DEFAULT, 1),
                                Exchanges.DIRECT)) {
            return Exchanges.onVirtualThread(transport, server.uri());
        }
    }

    @Nested
    class TheHeadOfAnAnswer {
        @Test
        void longLineIsRead() throws Exception {
            assertThat(answeredWith("x-policy: " + "a".repeat(16_000) + "\r\n"))
                    .isInstanceOf(Exchange.Responded.class);
        }

        @Test
        void manyLinesAreRead() throws Exception {
            assertThat(answeredWith("x-more: a\r\n".repeat(150)))
                    .isInstanceOf(Exchange.Responded.class);
        }

        @Test
        void endlessLineEndsTheExchange() throws Exception {
            assertThat(answeredWith("x-policy: " + "a".repeat(4 << 20) + "\r\n"))
                    .isInstanceOfSatisfying(
                            Exchange.Broken.class, it -> assertThat(it.sent()).isTrue());
        }

        @Test
        void endlessHeadEndsTheExchange() throws Exception {
            assertThat(answeredWith("x-more: a\r\n".repeat(100_000)))
                    .isInstanceOfSatisfying(
                            Exchange.Broken.class, it -> assertThat(it.sent()).isTrue());
        }
    }
}
