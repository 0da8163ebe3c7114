package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.ExpectedAnswer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of a 200 that have the form of an answer and say that there is none. */
class FailedAnswerTest {
    private static Verdict verdict(Endpoint endpoint, String body) {
        return AnswerClassifier.verdict(
                new ExpectedAnswer(endpoint, true),
                new ExchangeEnd.Responded(200, ResponseHeaders.NONE, body.getBytes(UTF_8)),
                Instant.EPOCH);
    }

    private static Verdict.Failed failed(Endpoint endpoint, String body) {
        return (Verdict.Failed) verdict(endpoint, body);
    }

    /** https://platform.openai.com/docs/guides/background */
    @ParameterizedTest
    @ValueSource(strings = {"queued", "in_progress", "failed", "cancelled"})
    void unfinishedResponseIsInvalid(String status) {
        var failed = failed(Endpoint.RESPONSES, "{\"status\":\"" + status + "\",\"output\":[]}");

        assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_RESPONSE);
        assertThat(failed.message()).endsWith("its status is " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "incomplete"})
    void finishedResponseIsAnAnswer(String status) {
        assertThat(verdict(Endpoint.RESPONSES, "{\"status\":\"" + status + "\",\"output\":[]}"))
                .isInstanceOf(Verdict.Answered.class);
    }

    @Test
    void failedChoiceIsBilledByItsUsage() {
        var failed =
                failed(
                        Endpoint.CHAT_COMPLETIONS,
                        """
                        {"choices":[{"finish_reason":"error"}],
                        "usage":{"prompt_tokens":1,"completion_tokens":2}}""");

        assertThat(failed.error()).isEqualTo(ErrorCode.SERVER_ERROR);
        assertThat(failed.billing()).isEqualTo(new Billing.Billed(TokenUsage.of(1, 2)));
    }

    @Test
    void oneGoodChoiceIsAnAnswer() {
        assertThat(
                        verdict(
                                Endpoint.COMPLETIONS,
                                """
                                {"choices":[{"finish_reason":"error"},{"finish_reason":"stop"}]}"""))
                .isInstanceOf(Verdict.Answered.class);
    }
}
