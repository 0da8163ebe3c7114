package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.usage.UsageDoubt;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import dev.millrace.wire.stream.PartialAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerClassifierTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final String REMAINING = "X-RateLimit-Remaining-Requests";

    private static Verdict verdict(Endpoint endpoint, int status, String body) {
        return AnswerClassifier.verdict(
                new ExpectedAnswer(endpoint, true),
                new ExchangeEnd.Responded(
                        status,
                        new ResponseHeaders(Map.of("X-Request-Id", "req-1", REMAINING, "7")),
                        body.getBytes(UTF_8)),
                NOW);
    }

    static Verdict.Failed failed(int status, String body) {
        return (Verdict.Failed) verdict(Endpoint.CHAT_COMPLETIONS, status, body);
    }

    private static Billing billing(Endpoint endpoint, String body) {
        Verdict verdict = verdict(endpoint, 200, body);
        assertThat(verdict).isInstanceOf(Verdict.Answered.class);
        return verdict.billing();
    }

    @Nested
    class AGoodAnswer {
        @Test
        void chatIsBilledByItsTokens() {
            assertThat(
                            billing(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"choices":[{}],"usage":{"prompt_tokens":10,"completion_tokens":5,
                                    "prompt_tokens_details":{"cached_tokens":4},
                                    "completion_tokens_details":{"reasoning_tokens":2},
                                    "total_tokens":15}}\
                                    """))
                    .isEqualTo(new Billing.Billed(new TokenUsage(10, 4, 0, 5, 2)));
        }

        @Test
        void reasoningInTheTotalCountsAsOutput() {
            assertThat(
                            billing(
                                    Endpoint.CHAT_COMPLETIONS,
                                    """
                                    {"choices":[{}],"usage":{"prompt_tokens":10,"completion_tokens":5,
                                    "total_tokens":40}}\
                                    """))
                    .isEqualTo(
                            new Billing.Billed(
                                    new TokenUsage(10, 0, 0, 30, 0),
                                    ServiceUse.NONE,
                                    Set.of(UsageDoubt.HIDDEN),
                                    Optional.empty()));
        }

        @Test
        void messageInputIncludesCacheReadsAndWrites() {
            assertThat(
                            billing(
                                    Endpoint.MESSAGES,
                                    """
                                    {"content":[],"usage":{"input_tokens":10,"output_tokens":5,
                                    "cache_read_input_tokens":100,
                                    "cache_creation_input_tokens":20}}\
                                    """))
                    .isEqualTo(new Billing.Billed(new TokenUsage(130, 100, 20, 5, 0)));
        }

        @Test
        void responseMayHaveANullError() {
            assertThat(
                            billing(
                                    Endpoint.RESPONSES,
                                    """
                                    {"error":null,"output":[],"usage":{"input_tokens":9,
                                    "input_tokens_details":{"cached_tokens":8},"output_tokens":7,
                                    "output_tokens_details":{"reasoning_tokens":6}}}\
                                    """))
                    .isEqualTo(new Billing.Billed(new TokenUsage(9, 8, 0, 7, 6)));
        }

        @Test
        void embeddingHasNoOutput() {
            assertThat(
                            billing(
                                    Endpoint.EMBEDDINGS,
                                    """
                                    {"data":[],"usage":{"prompt_tokens":3,"total_tokens":3}}\
                                    """))
                    .isEqualTo(new Billing.Billed(TokenUsage.of(3, 0)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\":[{}]}",
                    "{\"choices\":[{}],\"usage\":null}",
                    "{\"choices\":[{}],\"usage\":{\"prompt_tokens\":1}}",
                    "{\"choices\":[{}],\"usage\":{}}"
                })
        void missingTokensAreUncertain(String body) {
            assertThat(billing(Endpoint.CHAT_COMPLETIONS, body)).isEqualTo(Billing.UNCERTAIN);
        }

        @ParameterizedTest
        @CsvSource({
            "-1, NEGATIVE",
            "1000000001, IMPLAUSIBLE",
            "1e30, IMPLAUSIBLE",
            "1e999999, NOT_A_NUMBER",
            "\"many\", NOT_A_NUMBER",
            "0, NO_INPUT"
        })
        void implausibleTokensAreUncertainAndDoubtful(String count, UsageDoubt doubt) {
            assertThat(
                            billing(
                                    Endpoint.CHAT_COMPLETIONS,
                                    "{\"choices\":[{}],\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":1}}"
                                            .formatted(count)))
                    .isEqualTo(new Billing.Uncertain(Set.of(doubt)));
        }

        @Test
        void answerAndFailureKeepTheRateLimitHeaders() {
            var answered =
                    (Verdict.Answered) verdict(Endpoint.COMPLETIONS, 200, "{\"choices\":[{}]}");
            var throttled = failed(429, "{}");

            assertThat(answered.response().headers().text(REMAINING)).contains("7");
            assertThat(throttled.response()).isNotNull();
            assertThat(throttled.response().headers().text(REMAINING)).contains("7");
        }

        @Test
        void bodyKeepsItsBytes() {
            var answered =
                    (Verdict.Answered)
                            verdict(
                                    Endpoint.COMPLETIONS,
                                    200,
                                    "{ \"choices\":[{\"index\":1.0e0 } ] }");

            assertThat(answered.response().requestId()).isEqualTo("req-1");
            assertThat(answered.response().body())
                    .isInstanceOfSatisfying(
                            ProviderBody.Json.class,
                            it ->
                                    assertThat(new String(it.bytes(), UTF_8))
                                            .isEqualTo("{ \"choices\":[{\"index\":1.0e0 } ] }"));
        }
    }

    @Nested
    class A200WithoutAnAnswer {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "<html>busy</html>",
                    "[]",
                    "{}",
                    "{\"choices\":null}",
                    "{\"choices\":[{}]",
                    "{\"error\":{\"message\":\"upstream\"},\"choices\":[{}]}",
                    "{\"choices\":[]}",
                    "{\"choices\":[1]}"
                })
        void isInvalidAndUncertain(String body) {
            Verdict.Failed failed = failed(200, body);

            assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_RESPONSE);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
            assertThat(failed.response()).isNotNull();
        }

        @Test
        void isBilledByItsUsage() {
            assertThat(
                            failed(
                                            200,
                                            """
                                            {"usage":{"prompt_tokens":1,"completion_tokens":2}}\
                                            """)
                                    .billing())
                    .isEqualTo(new Billing.Billed(TokenUsage.of(1, 2)));
        }
    }

    @Nested
    class AnErrorStatus {
        @ParameterizedTest
        @CsvSource({
            "400, VALIDATION_ERROR",
            "401, AUTHENTICATION_ERROR",
            "402, QUOTA_EXCEEDED",
            "403, AUTHENTICATION_ERROR",
            "404, MODEL_NOT_FOUND",
            "405, MODEL_NOT_FOUND",
            "408, SERVER_ERROR",
            "409, SERVER_ERROR",
            "413, VALIDATION_ERROR",
            "422, VALIDATION_ERROR",
            "425, SERVER_ERROR",
            "499, SERVER_ERROR",
            "429, RATE_LIMIT_EXCEEDED",
            "500, SERVER_ERROR",
            "503, SERVER_ERROR",
            "529, SERVER_ERROR",
            "302, MODEL_NOT_FOUND",
            "304, MODEL_NOT_FOUND",
            "410, MODEL_NOT_FOUND",
            "424, SERVER_ERROR",
            "498, SERVER_ERROR",
            "204, INVALID_RESPONSE",
        })
        void statusDeterminesTheError(int status, ErrorCode expected) {
            assertThat(failed(status, "").error()).isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(ints = {408, 499, 502, 504, 520, 522, 524, 204})
        void answerOfSomebodyWhoGaveUpMayHaveBeenBilled(int status) {
            assertThat(failed(status, "").billing()).isEqualTo(Billing.UNCERTAIN);
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 404, 409, 425, 429, 500, 503, 521, 523, 525, 526, 529, 302})
        void refusalOfTheProviderIsNotBilled(int status) {
            assertThat(failed(status, "").billing()).isEqualTo(Billing.NOTHING);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "429 | QUOTA_EXCEEDED | {`error`:{`type`:`insufficient_quota`,`message`:`x`}}",
                    "429 | RATE_LIMIT_EXCEEDED | {`error`:{`message`:`You exceeded your current"
                            + " quota`}}",
                    "400 | QUOTA_EXCEEDED |"
                            + " {`error`:{`type`:`invalid_request_error`,`message`:`Your credit balance"
                            + " is too low`}}",
                    "403 | QUOTA_EXCEEDED | {`error`:{`code`:`billing_not_active`}}",
                    "403 | CONTENT_FILTERED | {`error`:{`code`:`content_filter`}}",
                    "404 | MODEL_NOT_FOUND | {`error`:{`code`:`model_not_found`,`message`:`x`}}",
                    "404 | MODEL_NOT_FOUND |"
                            + " {`type`:`error`,`error`:{`type`:`not_found_error`,`message`:`model:"
                            + " claude-9`}}",
                    "404 | MODEL_NOT_FOUND | {`error`:`model 'llama' not found, try pulling it"
                            + " first`}",
                    "404 | MODEL_NOT_FOUND | [{`error`:{`message`:`models/gemini-9 is not found for"
                            + " API version v1`}}]",
                    "404 | MODEL_NOT_FOUND | {`error`:{`message`:`Unknown request URL: POST"
                            + " /v1/chat`}}",
                    "404 | MODEL_NOT_FOUND | <html><h1>404 Not Found</h1></html>",
                    "404 | VALIDATION_ERROR | {`error`:{`message`:`Previous response with id"
                            + " 'resp_1' not found.`,`code`:`previous_response_not_found`}}",
                    "404 | VALIDATION_ERROR | {`error`:{`message`:`No such File object: file-1`}}",
                    "404 | VALIDATION_ERROR | {`error`:{`message`:`This is not a chat model and"
                            + " thus not supported in the v1/chat/completions endpoint.`}}",
                    "400 | CONTEXT_LENGTH_EXCEEDED | {`error`:{`code`:`context_length_exceeded`}}",
                    "400 | CONTEXT_LENGTH_EXCEEDED | {`error`:{`message`:`This model's maximum"
                            + " context length is 8192 tokens`}}",
                    "400 | CONTEXT_LENGTH_EXCEEDED | {`error`:{`message`:`prompt is too long:"
                            + " 210000 tokens > 200000 maximum`}}",
                    "400 | CONTENT_FILTERED | {`error`:{`code`:`content_policy_violation`}}",
                    "400 | CONTENT_FILTERED |"
                            + " {`error`:{`code`:null,`innererror`:{`code`:`ResponsibleAIPolicyViolation`}}}",
                    "400 | VALIDATION_ERROR | {`detail`:`messages must not be empty`}",
                })
        void bodyDeterminesTheError(int status, ErrorCode expected, String body) {
            assertThat(failed(status, body.replace('`', '"')).error()).isEqualTo(expected);
        }

        @Test
        void isNotBilledAndKeepsItsBody() {
            Verdict.Failed failed = failed(422, "{\"detail\":\"no\"}");

            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
            assertThat(failed.message()).contains("422").contains("no");
            assertThat(failed.response()).isNotNull();
        }

        @Test
        void otherStatusOfSuccessIsAnAnswerIfItsBodyIsOne() {
            assertThat(verdict(Endpoint.COMPLETIONS, 201, "{\"choices\":[{}]}"))
                    .isInstanceOfSatisfying(
                            Verdict.Answered.class,
                            it -> assertThat(it.response().status()).isEqualTo(200));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"code\":0,\"msg\":\"ok\",\"data\":%s}",
                    "{\"result\":%s,\"success\":true,\"errors\":[],\"messages\":[]}",
                    "<b>Warning</b>: undefined index in <b>/srv/proxy.php</b><br />\n%s",
                    "callback(%s);"
                })
        void answerIsFoundInWhatIsAroundIt(String around) {
            String answer =
                    """
                    {"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},\
                    "finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}""";

            var answered =
                    (Verdict.Answered)
                            verdict(Endpoint.CHAT_COMPLETIONS, 200, around.formatted(answer));

            assertThat(answered.billing()).isEqualTo(new Billing.Billed(TokenUsage.of(9, 2)));
            assertThat(answered.response().body())
                    .isInstanceOfSatisfying(
                            ProviderBody.Json.class,
                            it -> assertThat(it.bytes()).asString(UTF_8).isEqualTo(answer));
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 422, 500, 503})
        void errorThatReportsItsUsageIsBilled(int status) {
            String body =
                    """
                    {"error":{"message":"no valid JSON was generated"},
                    "usage":{"prompt_tokens":9,"completion_tokens":200}}""";

            assertThat(failed(status, body).billing())
                    .isEqualTo(new Billing.Billed(TokenUsage.of(9, 200)));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "503 | upstream connect error or disconnect/reset before headers. reset reason: connection termination",
                    "500 | litellm.Timeout: APITimeoutError - Request timed out.",
                    "500 | socket hang up",
                    "500 | read ECONNRESET",
                    "500 | Server disconnected without sending a response.",
                    "598 | x",
                    "599 | x"
                })
        void gatewayThatLostTheAnswerMayHaveBeenBilled(int status, String message) {
            assertThat(failed(status, message).billing()).isEqualTo(Billing.UNCERTAIN);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "503 | upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
                    "500 | connect ECONNREFUSED 127.0.0.1:8000",
                })
        void gatewayThatReachedNobodyHasNotBeenBilled(int status, String message) {
            assertThat(failed(status, message).billing()).isEqualTo(Billing.NOTHING);
        }

        @Test
        void quotaInOtherWordsIsAQuota() {
            assertThat(failed(401, "{\"message\":\"Insufficient balance.\"}").error())
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(failed(500, "用户额度不足").error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(failed(429, "\"Your team has used all available credits\"").error())
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        }

        @Test
        void waitInTheMessageIsUsed() {
            assertThat(failed(503, "{\"error\":\"loading\",\"estimated_time\":19.8}").retryAfter())
                    .isEqualTo(Duration.ofMillis(19_800));
            assertThat(failed(429, "{\"retry_after_ms\":1500}").retryAfter())
                    .isEqualTo(Duration.ofMillis(1_500));
            assertThat(failed(429, "{\"message\":\"x\",\"retryAfterSeconds\":7}").retryAfter())
                    .isEqualTo(Duration.ofSeconds(7));
            assertThat(
                            failed(
                                            429,
                                            "{\"error\":{\"details\":[{\"@type\":\"RetryInfo\",\"retryDelay\":\"17s\"}]}}")
                                    .retryAfter())
                    .isEqualTo(Duration.ofSeconds(17));
            assertThat(failed(429, "{\"error\":{\"message\":\"try again in 6m0s\"}}").retryAfter())
                    .isEqualTo(Duration.ofMinutes(6));
        }

        @Test
        void waitInTheBodyIsUsed() {
            assertThat(failed(429, "{\"error\":{\"retry_after\":1.5}}").retryAfter())
                    .isEqualTo(Duration.ofMillis(1_500));
        }
    }

    @Nested
    class AnErrorWithinA200 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "RATE_LIMIT_EXCEEDED | {`choices`:null,`usage`:null,`base_resp`:{`status_code`:1002,`status_msg`:`rate limit exceeded (RPM)`}}",
                    "QUOTA_EXCEEDED | {`choices`:null,`base_resp`:{`status_code`:1008,`status_msg`:`insufficient balance`}}",
                    "AUTHENTICATION_ERROR | {`base_resp`:{`status_code`:1004,`status_msg`:`login fail`}}",
                    "QUOTA_EXCEEDED | {`error`:{`code`:`1113`,`message`:`您的账户已欠费`}}",
                    "RATE_LIMIT_EXCEEDED | {`error`:{`code`:1302,`message`:`x`}}",
                    "RATE_LIMIT_EXCEEDED | {`error_code`:18,`error_msg`:`Open api qps request limit reached`}",
                    "QUOTA_EXCEEDED | {`error_code`:17,`error_msg`:`Open api daily request limit reached`}",
                    "QUOTA_EXCEEDED | {`success`:false,`message`:`余额不足`}",
                    "RATE_LIMIT_EXCEEDED | {`msg`:`请求过于频繁`}",
                    "RATE_LIMIT_EXCEEDED | {`errcode`:1,`errmsg`:`Rate limit exceeded`}",
                    "RATE_LIMIT_EXCEEDED | {`status`:429,`message`:`slow down`}",
                    "RATE_LIMIT_EXCEEDED | {`statusCode`:429,`body`:`slow down`}",
                    "RATE_LIMIT_EXCEEDED | {`error`:{`type`:`error`,`message`:`Rate limit exceeded`}}",
                    "RATE_LIMIT_EXCEEDED | {`Error`:{`Code`:`rate_limit_exceeded`,`Message`:`x`}}",
                    "QUOTA_EXCEEDED | {`errors`:[`Insufficient credits`]}",
                    "QUOTA_EXCEEDED | {`header`:{`code`:11200,`message`:`余额不足`}}",
                    "RATE_LIMIT_EXCEEDED | {`error`:{`message`:`Error: {\\`error\\`:{\\`code\\`:429,\\`message\\`:\\`x\\`}}`}}",
                    "VALIDATION_ERROR | {`type`:`about:blank`,`title`:`Bad Request`,`status`:400}",
                })
        void refusalIsKnownByItsCodeOrItsTextAndCostsNothing(ErrorCode expected, String body) {
            Verdict.Failed failed = failed(200, body.replace('`', '"'));

            assertThat(failed.error()).isEqualTo(expected);
            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\":[{}],\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}}",
                    "{\"choices\":[{}],\"error\":\"\"}",
                    "{\"choices\":[{}],\"error\":false}",
                    "{\"choices\":[{}],\"error\":{}}",
                    "{\"choices\":[{}],\"error\":[]}",
                    "{\"choices\":[{}],\"error\":0}",
                    "{\"choices\":[{}],\"error\":{\"code\":0,\"message\":\"\",\"param\":null}}",
                })
        void answerMaySayThatItHasNoError(String body) {
            assertThat(verdict(Endpoint.COMPLETIONS, 200, body))
                    .isInstanceOf(Verdict.Answered.class);
        }

        @Test
        void unknownErrorIsInTheMessage() {
            assertThat(failed(200, "{\"choices\":null,\"msg\":\"strange\"}").message())
                    .endsWith("it has no choices: strange");
        }
    }

    @Nested
    class APage {
        private static final String PAGE =
                "<html><head><title>Request blocked</title></head><body>Try later.</body></html>";

        @Test
        void refusalIsNoErrorOfTheKeyAndCostsNothing() {
            var failed = failed(403, PAGE);

            assertThat(failed.error()).isEqualTo(ErrorCode.SERVER_ERROR);
            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
            assertThat(failed.response()).matches(it -> it != null && it.isPage());
        }

        @Test
        void messageShowsItsText() {
            assertThat(failed(403, PAGE).message())
                    .isEqualTo(
                            "the provider answered 403 with a page of a web server or firewall:"
                                    + " Request blocked Try later.");
        }

        @Test
        void asAnAnswerIsInvalidAndUncertain() {
            var failed = failed(200, PAGE);

            assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_RESPONSE);
            assertThat(failed.message()).endsWith("it is not JSON: Request blocked Try later.");
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
        }
    }

    @Nested
    class ARedirect {
        private static Verdict.Failed redirect(int status, String location) {
            return (Verdict.Failed)
                    AnswerClassifier.verdict(
                            new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                            new ExchangeEnd.Responded(
                                    status,
                                    new ResponseHeaders(Map.of("Location", location)),
                                    new byte[0]),
                            NOW);
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 303, 307, 308})
        void isAnErrorOfTheAddressThatNamesTheTarget(int status) {
            Verdict.Failed failed = redirect(status, "/moved/v1/chat/completions");

            assertThat(failed.error()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
            assertThat(failed.message())
                    .contains("" + status, "/moved/v1/chat/completions", "correct base_url");
        }

        @Test
        void hidesWhatMayBeSecret() {
            assertThat(redirect(308, "https://user:pass@host:8443/v1?key=k#f").message())
                    .contains("https://host:8443/v1,");
        }

        @Test
        void mayNameNoReadableTarget() {
            assertThat(redirect(308, "ht tp://").message())
                    .contains("an address that cannot be read");
        }
    }

    @Nested
    class AStream {
        private static final ResponseHeaders HEADERS =
                new ResponseHeaders(Map.of("X-Request-Id", "req-1", "Retry-After", "7"));

        private static Verdict verdict(AssembledAnswer answer) {
            return AnswerClassifier.verdict(
                    new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                    new ExchangeEnd.Streamed(HEADERS, answer, 0),
                    NOW);
        }

        private static Verdict.Failed failed(AssembledAnswer answer) {
            var failed = (Verdict.Failed) verdict(answer);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
            return failed;
        }

        /** An error after a part of the answer. */
        private static AssembledAnswer.Failed error(String body) {
            return new AssembledAnswer.Failed(
                    body.replace('`', '"').getBytes(UTF_8), new PartialAnswer(true, ""));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "{`error`:{`type`:`rate_limit_error`}}",
                    "{`base_resp`:{`status_code`:1008,`status_msg`:`insufficient balance`}}"
                })
        void refusalBeforeAnyContentCostsNothing(String body) {
            var failed =
                    (Verdict.Failed)
                            verdict(
                                    new AssembledAnswer.Failed(
                                            body.replace('`', '"').getBytes(UTF_8)));

            assertThat(failed.billing()).isEqualTo(Billing.NOTHING);
        }

        @Test
        void unusableStreamIsBilledByItsUsage() {
            var partial = new PartialAnswer(true, "{\"prompt_tokens\":1,\"completion_tokens\":2}");
            var billed = new Billing.Billed(TokenUsage.of(1, 2));

            assertThat(verdict(new AssembledAnswer.Malformed("x", partial)).billing())
                    .isEqualTo(billed);
            assertThat(verdict(new AssembledAnswer.Incomplete("x", partial)).billing())
                    .isEqualTo(billed);
            assertThat(verdict(new AssembledAnswer.TooLarge("x", partial)).billing())
                    .isEqualTo(billed);
            assertThat(verdict(new AssembledAnswer.Failed("{}".getBytes(UTF_8), partial)).billing())
                    .isEqualTo(billed);
        }

        @Test
        void assembledBodyIsAnAnswerWithItsUsage() {
            byte[] body =
                    "{\"choices\":[{}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}"
                            .getBytes(UTF_8);

            var answered = (Verdict.Answered) verdict(new AssembledAnswer.Complete(body));

            assertThat(answered.billing()).isEqualTo(new Billing.Billed(TokenUsage.of(1, 2)));
            assertThat(answered.response().status()).isEqualTo(200);
            assertThat(answered.response().requestId()).isEqualTo("req-1");
        }

        @Test
        void cutStreamIsABrokenConnection() {
            assertThat(failed(new AssembledAnswer.Incomplete("[DONE]")).error())
                    .isEqualTo(ErrorCode.CONNECTION_ERROR);
        }

        @Test
        void malformedStreamIsAnInvalidResponse() {
            assertThat(failed(new AssembledAnswer.Malformed("no index")).error())
                    .isEqualTo(ErrorCode.INVALID_RESPONSE);
        }

        @Test
        void longStreamIsTooLarge() {
            assertThat(failed(new AssembledAnswer.TooLarge("the answer")).error())
                    .isEqualTo(ErrorCode.RESPONSE_TOO_LARGE);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "529 | SERVER_ERROR |"
                            + " {`type`:`error`,`error`:{`type`:`overloaded_error`,`message`:`Overloaded`}}",
                    "429 | RATE_LIMIT_EXCEEDED |"
                            + " {`type`:`error`,`error`:{`type`:`rate_limit_error`}}",
                    "429 | RATE_LIMIT_EXCEEDED |"
                            + " {`error`:{`type`:`tokens`,`code`:`rate_limit_exceeded`}}",
                    "429 | QUOTA_EXCEEDED |"
                            + " {`error`:{`type`:`insufficient_quota`,`code`:`insufficient_quota`}}",
                    "429 | RATE_LIMIT_EXCEEDED |"
                            + " [{`error`:{`code`:429,`status`:`RESOURCE_EXHAUSTED`}}]",
                    "402 | QUOTA_EXCEEDED | {`error`:{`code`:402,`message`:`Insufficient"
                            + " credits`}}",
                    "401 | AUTHENTICATION_ERROR | {`error`:{`type`:`authentication_error`}}",
                    "400 | CONTEXT_LENGTH_EXCEEDED |"
                            + " {`error`:{`type`:`invalid_request_error`,`code`:`context_length_exceeded`}}",
                    "400 | CONTEXT_LENGTH_EXCEEDED | {`error`:{`message`:`prompt is too long: 9"
                            + " tokens`}}",
                    "400 | CONTENT_FILTERED | {`error`:{`code`:`content_filter`}}",
                    "400 | VALIDATION_ERROR |"
                            + " {`object`:`error`,`type`:`BadRequestError`,`code`:400,`message`:`no`}",
                    "500 | SERVER_ERROR | {`error`:{`code`:`server_error`,`message`:`x`}}",
                    "500 | SERVER_ERROR | {`type`:`error`,`code`:`new_error`,`message`:`x`}",
                    "500 | SERVER_ERROR | {}",
                    "500 | SERVER_ERROR | ~~",
                })
        void errorInTheStreamCountsAsTheResponseThatItStandsFor(
                int status, ErrorCode expected, String body) {
            Verdict.Failed failed = failed(error(body));

            assertThat(failed.error()).isEqualTo(expected);
            assertThat(failed.response()).isNotNull();
            assertThat(failed.response().status()).isEqualTo(status);
        }

        @Test
        void errorInTheStreamKeepsItsMessageAndWait() {
            Verdict.Failed failed =
                    failed(error("{`error`:{`type`:`overloaded_error`,`message`:`busy`}}"));

            assertThat(failed.message()).endsWith(": busy");
            assertThat(failed.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Nested
    class ABrokenExchange {
        @Test
        void sentRequestIsUncertain() {
            assertThat(verdict(new ExchangeEnd.TimedOut("x", true)).billing())
                    .isEqualTo(Billing.UNCERTAIN);
            assertThat(verdict(new ExchangeEnd.Broken("x", true)).billing())
                    .isEqualTo(Billing.UNCERTAIN);
        }

        @Test
        void unsentRequestIsNotBilled() {
            assertThat(verdict(new ExchangeEnd.TimedOut("x", false)).billing())
                    .isEqualTo(Billing.NOTHING);
            assertThat(verdict(new ExchangeEnd.Broken("x", false)).billing())
                    .isEqualTo(Billing.NOTHING);
        }

        @Test
        void unreadableAnswerIsUncertainAndNeverRepeated() {
            var failed = (Verdict.Failed) verdict(new ExchangeEnd.Unreadable("x"));

            assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_RESPONSE);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
            assertThat(failed.repetition()).isEqualTo(Verdict.Repetition.NEVER);
        }

        @Test
        void closedKeptConnectionIsUncertainAndRepeatedAtOnce() {
            var failed = (Verdict.Failed) verdict(new ExchangeEnd.ClosedUnanswered());

            assertThat(failed.error()).isEqualTo(ErrorCode.CONNECTION_ERROR);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
            assertThat(failed.repetition()).isEqualTo(Verdict.Repetition.AT_ONCE);
        }

        @Test
        void tooLargeAnswerIsFinalAndUncertain() {
            var failed =
                    (Verdict.Failed)
                            verdict(new ExchangeEnd.TooLarge(200, ResponseHeaders.NONE, 10));

            assertThat(failed.error()).isEqualTo(ErrorCode.RESPONSE_TOO_LARGE);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
        }

        private static Verdict verdict(ExchangeEnd exchange) {
            return AnswerClassifier.verdict(
                    new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), exchange, NOW);
        }
    }
}
