package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.LONG;
import static dev.millrace.worker.http.Exchanges.NOW;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.SHORT;
import static dev.millrace.worker.http.Exchanges.exchange;
import static dev.millrace.worker.http.Exchanges.hang;
import static dev.millrace.worker.http.Exchanges.start;
import static dev.millrace.worker.http.Exchanges.transport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.worker.answer.AnswerClassifier;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.http.server.EventStream;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.port.Providers.Window;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests error responses with a known status and an unreadable body. */
class UnreadErrorTest {
    private static String head(int status, String fields) {
        return "HTTP/1.1 "
                + status
                + " X\r\nContent-Type: application/json\r\nRetry-After: 7\r\n"
                + fields
                + "Content-Length: 20\r\n\r\n";
    }

    /** Sends a head and the beginning of its body, and closes the connection. */
    private static RawServer.Script cut(String head) {
        return (out, connection) -> {
            new EventStream(out).raw(head + "{\"error\":");
            connection.close();
        };
    }

    /** Sends a head with a whole body of 20 bytes that no format can decompress. */
    private static RawServer.Script packed(int status, String coding) {
        return (out, _) ->
                new EventStream(out)
                        .raw(head(status, "Content-Encoding: " + coding + "\r\n") + "x".repeat(20));
    }

    private static RawServer.Script stalled(int status) {
        return (out, connection) -> {
            new EventStream(out).raw(head(status, "") + "{");
            hang(out, connection);
        };
    }

    private static Verdict.Failed verdict(RawServer.Script script) throws Exception {
        return verdict(script, PATIENT);
    }

    private static Verdict.Failed verdict(RawServer.Script script, Timeouts timeouts)
            throws Exception {
        try (var server = new RawServer(script)) {
            return verdict(exchange(server, timeouts));
        }
    }

    private static Verdict.Failed verdict(ExchangeEnd exchange) {
        return (Verdict.Failed)
                AnswerClassifier.verdict(
                        new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                        exchange,
                        Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({
        "400, validation_error",
        "401, authentication_error",
        "404, model_not_found",
        "429, rate_limit_exceeded",
        "500, server_error",
        "302, model_not_found"
    })
    void statusGivesTheErrorAndNothingIsBilled(int status, String code) throws Exception {
        Verdict.Failed failed = verdict(cut(head(status, "")));

        assertThat(failed.error().code()).isEqualTo(code);
        assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br"})
    void bodyThatCannotBeDecompressedCountsByItsStatus(String coding) throws Exception {
        Verdict.Failed failed = verdict(packed(503, coding));

        assertThat(failed.error()).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
    }

    @Test
    void waitOfTheHeadIsKept() throws Exception {
        assertThat(verdict(packed(429, "br")).retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void stalledBodyCountsByItsStatus() throws Exception {
        Verdict.Failed failed = verdict(stalled(500), new Timeouts(LONG, LONG, SHORT, LONG));

        assertThat(failed.error()).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
    }

    @Test
    void deadlineOfTheJobChangesNothing() throws Exception {
        try (var server = new RawServer(stalled(500));
                var transport = transport(PATIENT)) {
            long now = NOW.get();
            // Long enough for the head to arrive on a busy machine.
            long deadline = now + Duration.ofSeconds(5).toNanos();
            var window = new Window(now + LONG.toNanos(), deadline);

            assertThat(verdict(start(transport, server.uri(), window).get()).billing())
                    .isEqualTo(Billing.NOTHING);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202})
    void answerThatCannotBeReadMayHaveBeenBilled(int status) throws Exception {
        Verdict.Failed failed = verdict(cut(head(status, "")));

        assertThat(failed.error()).isEqualTo(ErrorCode.CONNECTION_ERROR);
        assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
    }
}
