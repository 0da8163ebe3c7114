package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.ExpectedAnswer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static Verdict ended(Endpoint endpoint, String body) {
        return verdict(endpoint, body.replace('\'', '"'));
    }

    private static String choice(String reason) {
        return """
                {'choices':[{'message':{'content':'The half'},'finish_reason':%s}],
                'usage':{'prompt_tokens':100,'completion_tokens':3}}"""
                .formatted(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'abort'",
                "'ABORTED'",
                "{'type':'abort','message':'Aborted by the scheduler.','status_code':503}",
                "{'message':'abort','type':'abort','more':{'a':[1]}}",
                "'cancelled'",
                "'canceled'",
                "'user_cancel'",
                "'error'",
                "'engine_error'",
                "'network_error'",
                "'insufficient_system_resource'",
                "'timeout'",
                "'timed_out'",
                "'interrupted'",
                "'failed'"
            })
    void choiceThatIsUnfinishedIsBilledByItsUsageAndCalledAgain(String reason) {
        for (Endpoint endpoint : List.of(Endpoint.CHAT_COMPLETIONS, Endpoint.COMPLETIONS)) {
            assertThat(ended(endpoint, choice(reason)))
                    .isInstanceOfSatisfying(
                            Verdict.Failed.class,
                            it -> {
                                assertThat(it.error()).isEqualTo(ErrorCode.SERVER_ERROR);
                                assertThat(it.billing())
                                        .isEqualTo(new Billing.Billed(TokenUsage.of(100, 3)));
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'stop'",
                "'length'",
                "'content_filter'",
                "'sensitive'",
                "'tool_calls'",
                "'function_call'",
                "'error_toxic'",
                "'error_limit'",
                "'eos'",
                "'other'",
                "'MALFORMED_FUNCTION_CALL'",
                "{'type':'length','length':16}"
            })
    void choiceThatEndedForAnyOtherReasonIsAnAnswer(String reason) {
        assertThat(ended(Endpoint.CHAT_COMPLETIONS, choice(reason)))
                .isInstanceOf(Verdict.Answered.class);
    }

    /** https://github.com/openai/openai-openapi/pull/20 */
    @Test
    void choiceWithoutAReasonIsAnAnswerBilledByItsUsage() {
        for (Endpoint endpoint : List.of(Endpoint.CHAT_COMPLETIONS, Endpoint.COMPLETIONS)) {
            assertThat(ended(endpoint, choice("null")))
                    .isInstanceOfSatisfying(
                            Verdict.Answered.class,
                            it ->
                                    assertThat(it.billing())
                                            .isEqualTo(new Billing.Billed(TokenUsage.of(100, 3))));
        }
    }

    @Test
    void unfinishedChoiceWithoutUsageIsUncertainAndNamesItsReason() {
        assertThat(
                        ended(
                                Endpoint.CHAT_COMPLETIONS,
                                "{'choices':[{'message':{'content':'a'},'finish_reason':'abort'}]}"))
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        it -> {
                            assertThat(it.message()).endsWith(": its finish_reason is abort");
                            assertThat(it.billing()).isEqualTo(Billing.UNCERTAIN);
                        });
    }

    @Test
    void rejectionWithinAFinishReasonIsNotCalledAgain() {
        assertThat(
                        ended(
                                Endpoint.CHAT_COMPLETIONS,
                                choice(
                                        "{'type':'abort','message':'The image is broken.',"
                                                + "'status_code':400}")))
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        it -> assertThat(it.error()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abort          | true",
                "error          | true",
                "end_turn       | false",
                "max_tokens     | false",
                "refusal        | false",
                "pause_turn     | false",
                "future_reason  | false"
            })
    void messageIsUnfinishedAsItsStopReasonSays(String reason, boolean isUnfinished) {
        Verdict verdict =
                ended(
                        Endpoint.MESSAGES,
                        """
                        {'type':'message','content':[{'type':'text','text':'a'}],'stop_reason':'%s',
                        'usage':{'input_tokens':9,'output_tokens':2}}"""
                                .formatted(reason));

        assertThat(verdict instanceof Verdict.Failed).isEqualTo(isUnfinished);
        assertThat(verdict.billing()).isEqualTo(new Billing.Billed(TokenUsage.of(9, 2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'status':'cancelled'",
                "'status':'failed','error':{'code':'server_error','message':'m'}",
                "'status':'incomplete','incomplete_details':{'reason':'abort'}"
            })
    void responseThatIsUnfinishedIsCalledAgain(String state) {
        assertThat(
                        ended(
                                Endpoint.RESPONSES,
                                """
                                {'object':'response',%s,'output':[{'type':'message'}],
                                'usage':{'input_tokens':9,'output_tokens':2}}"""
                                        .formatted(state)))
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        it -> {
                            assertThat(it.error()).isEqualTo(ErrorCode.SERVER_ERROR);
                            assertThat(it.billing())
                                    .isEqualTo(new Billing.Billed(TokenUsage.of(9, 2)));
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_output_tokens", "content_filter"})
    void incompleteResponseIsAnAnswer(String reason) {
        assertThat(
                        ended(
                                Endpoint.RESPONSES,
                                """
                                {'object':'response','status':'incomplete','output':[],
                                'incomplete_details':{'reason':'%s'}}"""
                                        .formatted(reason)))
                .isInstanceOf(Verdict.Answered.class);
    }
}
