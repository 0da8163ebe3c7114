package dev.millrace.worker.answer;

import static dev.millrace.worker.answer.AnswerClassifierTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Distinguishes refusals for lack of credit from refusals that only quote such words or advertise a
 * higher limit.
 */
class QuotaRefusalTest {
    /** The shapes in which OpenAI's clones, Azure and ElevenLabs write the code. */
    @Nested
    class TheCodeQuotaExceeded {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"error\":{\"message\":\"x\",\"code\":\"quota_exceeded\"}}",
                    "{\"error\":{\"message\":\"x\",\"type\":\"quota_exceeded\",\"param\":null,"
                            + "\"code\":\"quota_exceeded\"}}",
                    "{\"error\":{\"message\":\"x\",\"type\":\"quota_exceeded\",\"code\":429}}",
                    "{\"error\":{\"message\":\"x\",\"type\":\"requests\",\"code\":\"quota_exceeded\"}}",
                    "{\"code\":\"quota_exceeded\",\"message\":\"x\",\"status\":429}",
                    "{\"detail\":{\"status\":\"quota_exceeded\",\"message\":\"x\"}}"
                })
        void meansAnAccountWithoutCreditWhateverIsBesideIt(String body) {
            assertThat(failed(429, body).error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        }

        @Test
        void withinA200IsARefusalThatCostsNothing() {
            var failed =
                    failed(
                            200,
                            "{\"error\":{\"message\":\"x\",\"type\":\"quota_exceeded\","
                                    + "\"code\":\"quota_exceeded\"}}");

            assertThat(failed.error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
        }
    }

    @Test
    void limitOfAMinuteThatMoneyWouldRaiseIsARateLimit() {
        String body =
                "{\"error\":{\"message\":\"Rate limit reached: 20 requests per minute. Please try again"
                        + " in 5s. Please top up to get higher limits.\",\"type\":\"rate_limit_error\","
                        + "\"code\":\"rate_limit_exceeded\"}}";

        assertThat(failed(429, body).error()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(failed(200, body).error()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
    }

    @Test
    void limitThatStatesItsWaitIsARateLimit() {
        String body =
                "{\"error\":{\"message\":\"Slow down, try again in 5s. Please top up to get higher"
                        + " limits.\"}}";

        assertThat(failed(429, body).error()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
    }

    /** Servers such as vLLM repeat the request in their message: its words are the user's. */
    @Nested
    class ARefusalThatQuotesThePrompt {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"object\":\"error\",\"message\":\"[{'type': 'string_type', 'loc': ('body', 'messages',"
                            + " 0, 'content'), 'msg': 'Input should be a valid string', 'input':"
                            + " {'text': 'My card says insufficient balance. What now?'}}]\","
                            + "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
                    "{\"error\":{\"message\":\"Invalid value: 'Reply that they should please top up'."
                            + " Supported values are: 'auto' and 'none'.\",\"type\":"
                            + "\"invalid_request_error\",\"param\":\"tool_choice\","
                            + "\"code\":\"invalid_value\"}}"
                })
        void endsItsOwnJobAndStopsNoKey(String body) {
            assertThat(failed(400, body).error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "api_key_invalid",
                    "organization has been restricted",
                    "model_not_found",
                    "gpt is not a valid model",
                    "the engine is overloaded",
                    "try again later"
                })
        void stopsNeitherKeyNorModelByOtherWords(String quoted) {
            String body =
                    "{\"message\":\"Invalid value: 'What does %s mean?'\",\"type\":\"BadRequestError\"}"
                            .formatted(quoted);

            assertThat(failed(400, body).error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        }

        @Test
        void hasTheCauseThatItsCodeNames() {
            String body =
                    "{\"error\":{\"code\":\"content_filter\",\"message\":\"Flagged: 'payment required'\"}}";

            assertThat(failed(403, body).error()).isEqualTo(ErrorCode.CONTENT_FILTERED);
            assertThat(failed(500, body).error()).isEqualTo(ErrorCode.CONTENT_FILTERED);
        }
    }

    /** The provider's own text, with what a gateway puts before it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your credit balance is too low to access the Anthropic API.",
                "litellm.BadRequestError: AnthropicException - Your credit balance is too low",
                "litellm.BadRequestError: AnthropicException - b'{`type`:`error`,`error`:"
                        + "{`type`:`invalid_request_error`,`message`:`Your credit"
                        + " balance is too low`}}'",
                "Error code: 400 - {'type': 'error', 'error': {'message': 'Your credit balance is too"
                        + " low'}}"
            })
    void accountWithoutCreditIsKnownAt400ByTheBeginningOfTheText(String message) {
        String body =
                "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"%s\"}}"
                        .formatted(message.replace("`", "\\\""));

        assertThat(failed(400, body).error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }
}
