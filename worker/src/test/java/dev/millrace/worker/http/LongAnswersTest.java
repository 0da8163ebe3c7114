package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.LONG;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.TIME_TO_SEND;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Long answers take turns, for each model on its own. */
class LongAnswersTest {
    private static final int FREE_BYTES = 100;

    @Nested
    class WhileALongAnswerIsSlow {
        private final ResponseBodyReader bodies =
                new ResponseBodyReader(new AnswerLimits(1_000, FREE_BYTES, 1, 0));
        private final HttpTransport transport =
                new HttpTransport(
                        ProviderClients.create(
                                new HttpClientFactory(PATIENT, 10), Map.of("p", Exchanges.DIRECT)),
                        PATIENT,
                        bodies,
                        () -> 0);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final RawServer slow = new RawServer((out, _) -> inTwoParts(out));
        private final RawServer large = new RawServer(RawServer.always(200, "x".repeat(1_000)));
        private final RawServer small =
                new RawServer(RawServer.always(200, "x".repeat(FREE_BYTES - 1)));
        private CompletableFuture<ExchangeEnd> first = new CompletableFuture<>();

        WhileALongAnswerIsSlow() throws IOException {}

        private void inTwoParts(OutputStream out) throws IOException {
            byte[] answer = RawServer.response(200, "x".repeat(1_000)).getBytes(ISO_8859_1);
            out.write(answer, 0, 600);
            out.flush();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write(answer, 600, answer.length - 600);
        }

        private CompletableFuture<ExchangeEnd> call(RawServer server, String model, Window window) {
            var outgoing =
                    new ProviderRequest(
                            "p",
                            new ExpectedAnswer(Endpoint.RESPONSES, true),
                            URI.create(server.uri() + "/x"),
                            Map.of(),
                            new byte[0]);
            var result = new CompletableFuture<ExchangeEnd>();
            Thread.ofVirtual()
                    .start(
                            () ->
                                    result.complete(
                                            transport.exchange(outgoing, model, window, _ -> {})));
            return result;
        }

        @BeforeEach
        void begin() {
            first = call(slow, "a", Window.open(0));
            await().until(() -> bodies.availablePermits("a") == 0);
        }

        @AfterEach
        void end() throws IOException {
            goOn.countDown();
            transport.close();
            slow.close();
            large.close();
            small.close();
        }

        @Test
        void longAnswersOfOtherModelsAreRead() throws Exception {
            assertThat(call(large, "b", Window.open(0)).get())
                    .isInstanceOf(ExchangeEnd.Responded.class);
        }

        @Test
        void shortAnswersOfItsModelAreRead() throws Exception {
            assertThat(call(small, "a", Window.open(0)).get())
                    .isInstanceOf(ExchangeEnd.Responded.class);
        }

        @Test
        void longAnswersOfItsModelWaitTheirTurn() throws Exception {
            var second = call(large, "a", Window.open(0));
            await().until(() -> large.heads.size() == 1);
            assertThat(second).isNotDone();
            goOn.countDown();

            assertThat(((ExchangeEnd.Responded) second.get()).body())
                    .asString(UTF_8)
                    .isEqualTo("x".repeat(1_000));
            assertThat(first.get()).isInstanceOf(ExchangeEnd.Responded.class);
            assertThat(bodies.availablePermits("a")).isEqualTo(1);
        }

        @Test
        void deadlineEndsTheWaitForAPermit() throws Exception {
            var window = new Window(LONG.toNanos(), TIME_TO_SEND.toNanos());

            assertThat(call(large, "a", window).get()).isEqualTo(new ExchangeEnd.Expired(true));
            assertThat(first).isNotDone();
        }
    }
}
