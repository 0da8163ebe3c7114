package dev.millrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.output.Output;
import dev.millrace.contracts.result.ResultView;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    private static Answer answer(Endpoint endpoint, String outcome, String code) {
        byte[] line =
                """
                {"custom_id":"a",%s,"millrace":{"job_id":"0123456789abcdef0123456789abcdef",\
                "tenant":"t","batch":"b","attempts":1,"cost_usd":0,"queued_ms":1,\
                "upstream_ms":1,"error_code":%s}}"""
                        .formatted(outcome, code)
                        .getBytes(UTF_8);
        return new Answer(endpoint, new Output.Result(ResultView.read(line), line));
    }

    private static Answer success(Endpoint endpoint, String body) {
        return answer(
                endpoint,
                "\"response\":{\"status_code\":200,\"body\":" + body + "},\"error\":null",
                "null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions|{\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}",
                "/v1/responses|{\"output\":[{\"content\":[{\"text\":\"H\"},{\"text\":\"i\"}]}]}",
                "/v1/messages|{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}",
                "/v1/completions|{\"choices\":[{\"text\":\"Hi\"}]}"
            })
    void textIsFoundInTheAnswersOfAnEndpoint(String url, String body) {
        Endpoint endpoint =
                Stream.of(
                                Endpoint.CHAT_COMPLETIONS,
                                Endpoint.RESPONSES,
                                Endpoint.MESSAGES,
                                Endpoint.COMPLETIONS)
                        .filter(it -> it.url().equals(url))
                        .findFirst()
                        .orElseThrow();

        assertThat(success(endpoint, body).text()).isEqualTo("Hi");
    }

    @Test
    void bodyHasWhatElseTheProviderAnswered() {
        Answer answer = success(Endpoint.EMBEDDINGS, "{\"data\":[{\"embedding\":[0.5,1]}]}");

        assertThat(answer.body().at("/data/0/embedding/0").doubleValue()).isEqualTo(0.5);
        assertThat(answer.texts()).isEmpty();
    }

    @Test
    void errorOfMillraceHasItsCodeAndMessage() {
        Answer answer =
                answer(
                        Endpoint.RESPONSES,
                        "\"response\":null,\"error\":{\"code\":\"timeout\",\"message\":\"slow\"}",
                        "\"timeout\"");

        assertThat(answer.errorCode()).contains("timeout");
        assertThat(answer.errorMessage()).contains("slow");
        assertThatThrownBy(answer::text).hasMessage("the job failed: timeout");
    }

    @Test
    void errorOfAProviderHasItsMessage() {
        Answer answer =
                answer(
                        Endpoint.RESPONSES,
                        "\"response\":{\"status_code\":400,\"body\":{\"error\":{\"message\":\"bad\"}}},"
                                + "\"error\":null",
                        "\"validation_error\"");

        assertThat(answer.isSuccess()).isFalse();
        assertThat(answer.errorMessage()).contains("bad");
    }
}
