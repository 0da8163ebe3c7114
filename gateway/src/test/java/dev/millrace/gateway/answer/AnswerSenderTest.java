package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.job.AwaitedResult;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerSenderTest {
    private RunningServer server;

    @BeforeAll
    void start() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.post(
                                        "end",
                                        it ->
                                                AnswerSender.send(
                                                        it, AwaitedResult.read(it.body())))));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String response, String error, String own) throws Exception {
        return server.send(
                "POST",
                "/v1/end",
                "{\"custom_id\":\"a\",\"response\":%s,\"error\":%s,\"millrace\":{%s}}"
                        .formatted(response, error, own));
    }

    private static String own(int attempts, String cost) {
        return "\"attempts\":" + attempts + ",\"cost_usd\":" + cost;
    }

    private static String shouldRetry(HttpResponse<String> response) {
        return response.headers().firstValue("x-should-retry").orElse("");
    }

    @Test
    void answerNamesThePassagesInItsPromptAsItsResultDoes() throws Exception {
        String retrieval = "{\"collection\":\"c\",\"passages\":[{\"n\":1,\"score\":0.50}]}";
        HttpResponse<String> response =
                send(
                        "{\"status_code\":200,\"body\":{\"n\": 1.0}}",
                        "null",
                        own(1, "0") + ",\"retrieval\":" + retrieval);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"n\": 1.0,\"millrace\":{\"retrieval\":" + retrieval + "}}");
    }

    @ParameterizedTest
    @CsvSource({
        "504, 1, 0, false",
        "502, 1, 0, false",
        "524, 1, 0, false",
        "503, 4, 0, ''",
        "429, 4, 0, ''",
        "503, 2, 0.0001, false"
    })
    void answerOfAProviderThatMayHaveBilledIsNotToBeRepeated(
            int status, int attempts, String cost, String expected) throws Exception {
        HttpResponse<String> response =
                send(
                        "{\"status_code\":" + status + ",\"body\":{\"error\":{}}}",
                        "null",
                        own(attempts, cost) + ",\"error_code\":\"server_error\"");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(shouldRetry(response)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 1, 0, false",
        "deadline_exceeded, 1, 0, false",
        "deadline_exceeded, 0, 0, ''",
        "invalid_response, 1, 0.01, false",
        "rate_limit_exceeded, 0, 0, ''",
        "cancelled, 0, 0, false"
    })
    void jobThatWasPaidIsNotToBeRepeated(String code, int attempts, String cost, String expected)
            throws Exception {
        HttpResponse<String> response =
                send(
                        "null",
                        "{\"code\":\"" + code + "\",\"message\":\"no\"}",
                        own(attempts, cost) + ",\"error_code\":\"" + code + "\"");

        assertThat(response.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(shouldRetry(response)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "invalid_response, '\"<html>\"', 502",
                "invalid_response, '{\"n\":1}', 502",
                "server_error, '{\"error\":{}}', 502",
                "content_filtered, '{\"n\":1}', 200"
            })
    void bodyThatIsNoAnswerIsNotSentAsOne(String code, String body, int status) throws Exception {
        HttpResponse<String> response =
                send(
                        "{\"status_code\":200,\"body\":" + body + "}",
                        "null",
                        own(1, "0.01") + ",\"error_code\":\"" + code + "\"");

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void clientIsToldWhatTheProviderDidNotGet() throws Exception {
        HttpResponse<String> response =
                send(
                        "{\"status_code\":200,\"body\":{}}",
                        "null",
                        own(1, "0.01")
                                + ",\"omitted\":[\"body.top_k\",\"headers.anthropic-beta\"]");

        assertThat(response.headers().firstValue("X-Millrace-Omitted"))
                .contains("body.top_k, headers.anthropic-beta");
        assertThat(shouldRetry(response)).isEmpty();
        assertThat(response.body().getBytes(UTF_8)).hasSize(2);
    }
}
