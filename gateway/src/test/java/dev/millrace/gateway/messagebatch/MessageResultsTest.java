package dev.millrace.gateway.messagebatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.producer.BatchFileReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageResultsTest {
    private static final int MAX_BYTES = 2_000;
    private static final String MESSAGE = "{\"type\":\"message\", \"cost\":1.50}";

    private static String request(String customId) {
        return ("{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/messages\","
                        + "\"body\":{\"model\":\"m\"}}\n")
                .formatted(customId);
    }

    private static String result(int line, String customId, String response, String code) {
        String error = code.isEmpty() ? "null" : "{\"code\":\"" + code + "\",\"message\":\"no\"}";
        return ("{\"custom_id\":\"%s\",\"response\":%s,\"error\":%s,\"millrace\":{\"job_id\":\"j%d\","
                        + "\"line\":%d,\"error_code\":%s}}\n")
                .formatted(
                        customId,
                        response,
                        error,
                        line,
                        line,
                        code.isEmpty() ? "null" : "\"" + code + "\"");
    }

    private static String answer(int status, String body) {
        return "{\"status_code\":%d,\"body\":%s}".formatted(status, body);
    }

    private static String copy(boolean isCancelled, String requests, String results)
            throws IOException {
        var out = new ByteArrayOutputStream();
        new MessageResults(out, isCancelled).copy(reader(requests), reader(results));
        return out.toString(UTF_8);
    }

    private static BatchFileReader reader(String text) {
        return new BatchFileReader(new ByteArrayInputStream(text.getBytes(UTF_8)), MAX_BYTES);
    }

    private static String line(String customId, String result) {
        return "{\"custom_id\":\"%s\",\"result\":%s}\n".formatted(customId, result);
    }

    @Test
    void messageHasTheBytesOfTheProvider() throws IOException {
        assertThat(copy(false, request("a"), result(1, "a", answer(200, MESSAGE), "")))
                .isEqualTo(line("a", "{\"type\":\"succeeded\",\"message\":" + MESSAGE + "}"));
    }

    @ParameterizedTest
    @CsvSource({"cancelled,canceled", "deadline_exceeded,expired"})
    void requestThatNeverRanHasOnlyAType(String code, String type) throws IOException {
        assertThat(copy(false, request("a"), result(1, "a", "null", code)))
                .isEqualTo(line("a", "{\"type\":\"" + type + "\"}"));
    }

    @Test
    void errorOfTheProviderIsPassedOn() throws IOException {
        String error = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"}}";

        assertThat(copy(false, "", result(1, "a", answer(400, error), "validation_error")))
                .isEqualTo(line("a", "{\"type\":\"errored\",\"error\":" + error + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | server_error | api_error",
                "null | unknown_model | not_found_error",
                "{\"status_code\":400,\"body\":{\"error\":{}}} | validation_error | invalid_request_error",
                "{\"status_code\":502,\"body\":\"no JSON\"} | server_error | api_error",
                "{\"status_code\":401,\"body\":{\"type\":\"error\",\"error\":{\"message\":\"key\"}}} | authentication_error | api_error",
            })
    void otherErrorsHaveAnthropicsForm(String response, String code, String type)
            throws IOException {
        assertThat(copy(false, "", result(7, "a", response, code)))
                .isEqualTo(
                        line(
                                "a",
                                "{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":"
                                        + "{\"type\":\"%s\",\"message\":\"no\"},".formatted(type)
                                        + "\"request_id\":\"j7\"}}"));
    }

    @Test
    void everyRequestHasOneResultInTheOrderOfTheRequests() throws IOException {
        String requests = request("a") + request("b") + request("c") + request("d") + request("e");
        String results =
                result(2, "b", answer(200, MESSAGE), "") + result(4, "d", "null", "cancelled");

        assertThat(copy(true, requests, results).lines())
                .containsExactly(
                        "{\"custom_id\":\"a\",\"result\":{\"type\":\"canceled\"}}",
                        "{\"custom_id\":\"b\",\"result\":{\"type\":\"succeeded\",\"message\":"
                                + MESSAGE
                                + "}}",
                        "{\"custom_id\":\"c\",\"result\":{\"type\":\"canceled\"}}",
                        "{\"custom_id\":\"d\",\"result\":{\"type\":\"canceled\"}}",
                        "{\"custom_id\":\"e\",\"result\":{\"type\":\"canceled\"}}");
    }

    @Test
    void requestOfAFailedBatchHasAnError() throws IOException {
        assertThat(copy(false, request("a"), ""))
                .contains("\"custom_id\":\"a\"", "\"errored\"", "\"api_error\"");
    }

    @Test
    void withoutTheRequestsOnlyResultsAreWritten() throws IOException {
        assertThat(copy(true, "", result(3, "c", "null", "cancelled"))).hasLineCount(1);
    }

    @Test
    void resultThatIsTooLargeCutsTheAnswerOff() {
        String large = "[\"" + "x".repeat(MAX_BYTES) + "\"]";

        assertThatThrownBy(() -> copy(false, "", result(1, "a", answer(200, large), "")))
                .isInstanceOf(IOException.class);
    }
}
