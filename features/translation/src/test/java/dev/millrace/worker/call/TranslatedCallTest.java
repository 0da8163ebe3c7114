package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.TranslationNote;
import dev.millrace.translation.WireTranslation;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.call.ProviderCallsTest.FakeTransport;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.translate.OutgoingBodies;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Calls of providers that do not offer the job's endpoint. */
class TranslatedCallTest {
    private static final Model CLAUDE = Model.of("claude", "anthropic", Price.of("1", "2"));
    private static final Model GPT = Model.of("gpt-5", "openai", Price.of("1", "2"));

    private final FakeTransport transport = new FakeTransport();
    private final ProviderCalls calls =
            new ProviderCalls(
                    transport,
                    Map.of(
                            "anthropic", provider(Wire.ANTHROPIC, "http://a"),
                            "openai", provider(Wire.OPENAI, "http://o/v1")),
                    ExpiringKey.MISSING,
                    new OutgoingBodies(List.of(WireTranslation.values()), WorkerConfig.DEFAULT),
                    ChunkLog.NONE,
                    InstantSource.fixed(Instant.EPOCH),
                    () -> 0);

    private Window window = Window.open(0);

    private static ProviderConfig provider(Wire wire, String url) {
        return ProviderConfig.of(wire, URI.create(url));
    }

    private CallReport report(Model model, String url, String body, @Nullable Long addedLimit)
            throws Exception {
        String record =
                "{\"custom_id\":\"c\",\"url\":\"%s\",\"body\":%s}"
                        .formatted(url, body.replace('\'', '"'));
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        model,
                        record.getBytes(UTF_8),
                        addedLimit,
                        0,
                        window),
                report::complete);
        return report.get();
    }

    private CallReport chat(String fields) throws Exception {
        return report(
                CLAUDE,
                "/v1/chat/completions",
                "{'model':'auto',%s'messages':[{'role':'user','content':'Hi'}]}".formatted(fields),
                null);
    }

    private CallReport messages(String fields) throws Exception {
        return report(
                GPT,
                "/v1/messages",
                "{'model':'auto','max_tokens':50,%s'messages':[{'role':'user','content':'Hi'}]}"
                        .formatted(fields),
                null);
    }

    private void respond(int status, String body) {
        transport.exchange = FakeTransport.responded(status, body.replace('\'', '"'));
    }

    private void respondAsMessages(String fields) {
        respond(
                200,
                """
                {'id':'msg_1','type':'message','role':'assistant','model':'claude',%s\
                'usage':{'input_tokens':7,'cache_read_input_tokens':3,'output_tokens':5}}"""
                        .formatted(fields));
    }

    private void respondAsChat(String choices) {
        respond(
                200,
                """
                {'id':'c_1','object':'chat.completion','created':1,'model':'gpt-5','choices':[%s],\
                'usage':{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15}}"""
                        .formatted(choices));
    }

    private void assertSent(String url, String body) {
        ProviderRequest sent = transport.sent.getLast();
        assertThat(sent.uri()).hasToString(url);
        assertJson(sent.body(), body);
    }

    private static void assertJson(byte[] actual, String expected) {
        assertThat(JsonTree.parse(actual)).isEqualTo(JsonTree.parse(expected.replace('\'', '"')));
    }

    private static Verdict.Answered answered(CallReport report) {
        return assertThat(report.verdict()).asInstanceOf(type(Verdict.Answered.class)).actual();
    }

    private static Verdict.Failed failed(CallReport report) {
        return assertThat(report.verdict()).asInstanceOf(type(Verdict.Failed.class)).actual();
    }

    private static byte[] json(Verdict.@Nullable Response response) {
        return assertThat(Objects.requireNonNull(response).body())
                .asInstanceOf(type(ProviderBody.Json.class))
                .actual()
                .bytes();
    }

    @Nested
    class OfAChatByMessages {
        private static final String HELLO =
                "'content':[{'type':'text','text':'Hello'}],'stop_reason':'end_turn',";

        @Test
        void requestHasTheModelsDefaultLimit() throws Exception {
            respondAsMessages(HELLO);

            chat("");

            assertSent(
                    "http://a/v1/messages",
                    "{'model':'claude','max_tokens':4096,"
                            + "'messages':[{'role':'user','content':'Hi'}]}");
        }

        @Test
        void requestHasTheLimitThatTheRouterChose() throws Exception {
            respondAsMessages(HELLO);

            report(
                    CLAUDE,
                    "/v1/chat/completions",
                    "{'model':'auto','max_tokens':null,"
                            + "'messages':[{'role':'user','content':'Hi'}]}",
                    700L);

            assertSent(
                    "http://a/v1/messages",
                    "{'model':'claude','max_tokens':700,"
                            + "'messages':[{'role':'user','content':'Hi'}]}");
        }

        @Test
        void streamIsRequestedWithoutTheOptionsOfChats() throws Exception {
            respondAsMessages(HELLO);

            chat("'stream':true,'stream_options':{'include_usage':true},");

            assertSent(
                    "http://a/v1/messages",
                    "{'model':'claude','max_tokens':4096,"
                            + "'messages':[{'role':'user','content':'Hi'}],'stream':true}");
        }

        @Test
        void answerIsAChatCompletionAndSaysWhereItCameFrom() throws Exception {
            respondAsMessages(HELLO);

            Verdict.Response response = answered(chat("")).response();

            assertJson(
                    json(response),
                    """
                    {'id':'msg_1','object':'chat.completion','created':0,'model':'claude',\
                    'choices':[{'index':0,'message':{'role':'assistant','content':'Hello',\
                    'refusal':null},'logprobs':null,'finish_reason':'stop'}],\
                    'usage':{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,\
                    'prompt_tokens_details':{'cached_tokens':3,'cache_write_tokens':0},\
                    'completion_tokens_details':{'reasoning_tokens':0}}}""");
            assertThat(response.translation())
                    .isEqualTo(new TranslationNote(Endpoint.MESSAGES, List.of()));
        }

        @Test
        void callOfAToolKeepsItsInput() throws Exception {
            respondAsMessages(
                    "'content':[{'type':'tool_use','id':'t1','name':'find','input':{'n':1.0}}],"
                            + "'stop_reason':'tool_use',");

            CallReport report = chat("'tools':[{'type':'function','function':{'name':'find'}}],");

            assertThat(new String(json(answered(report).response()), UTF_8))
                    .contains("\"arguments\":\"{\\\"n\\\":1.0}\"", "\"tool_calls\"");
        }

        @Test
        void providersOwnTokensAreBilled() throws Exception {
            respondAsMessages(HELLO);

            assertThat(answered(chat("")).billing())
                    .isEqualTo(new Billing.Billed(new TokenUsage(10, 3, 0, 5, 0)));
        }

        @Test
        void fieldsOfTheAnswerWithoutAPlaceAreNamed() throws Exception {
            respondAsMessages(HELLO + "'x_new':1,");

            assertThat(answered(chat("")).response().translation())
                    .isEqualTo(
                            new TranslationNote(Endpoint.MESSAGES, List.of("response.body.x_new")));
        }

        @Test
        void errorHasTheFormOfAChatCompletionsError() throws Exception {
            respond(429, "{'type':'error','error':{'type':'rate_limit_error','message':'slow'}}");

            Verdict.Failed failed = failed(chat(""));

            assertThat(failed.error()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
            assertJson(
                    json(failed.response()),
                    "{'error':{'message':'slow','type':'rate_limit_error','param':null,"
                            + "'code':null}}");
        }

        @Test
        void errorPageStaysAsItIs() throws Exception {
            respond(502, "<h1>Bad gateway</h1>");

            Verdict.Failed failed = failed(chat(""));

            assertThat(failed.error()).isEqualTo(ErrorCode.SERVER_ERROR);
            assertThat(Objects.requireNonNull(failed.response()).body())
                    .isEqualTo(new ProviderBody.Text("<h1>Bad gateway</h1>"));
        }

        @Test
        void brokenExchangeHasNoAnswerToTranslate() throws Exception {
            transport.exchange = new ExchangeEnd.Broken("reset", true);

            Verdict.Failed failed = failed(chat(""));

            assertThat(failed.error()).isEqualTo(ErrorCode.CONNECTION_ERROR);
            assertThat(failed.billing()).isEqualTo(Billing.UNCERTAIN);
        }

        @Test
        void fieldWithoutCounterpartIsNamedAndNothingIsSent() throws Exception {
            CallReport report = chat("'seed':1,");

            assertThat(failed(report).error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(failed(report).message())
                    .isEqualTo(
                            "the request cannot be translated to /v1/messages: body.seed has no"
                                    + " counterpart: messages are not repeatable");
            assertThat(report.called()).isFalse();
            assertThat(transport.sent).isEmpty();
        }
    }

    @Nested
    class OfMessagesByChats {
        private static final String CHOICE =
                "{'index':0,'message':{'role':'assistant','content':'Hello'},'finish_reason':'stop'}";

        @Test
        void requestHasTheKeyThatTheModelTakes() throws Exception {
            respondAsChat(CHOICE);

            messages("");

            assertSent(
                    "http://o/v1/chat/completions",
                    "{'model':'gpt-5','max_completion_tokens':50,"
                            + "'messages':[{'role':'user','content':'Hi'}]}");
        }

        @Test
        void streamIsRequestedWithItsUsage() throws Exception {
            respondAsChat(CHOICE);

            messages("'stream':true,");

            assertSent(
                    "http://o/v1/chat/completions",
                    "{'model':'gpt-5','max_completion_tokens':50,"
                            + "'messages':[{'role':'user','content':'Hi'}],'stream':true,"
                            + "'stream_options':{'include_usage':true}}");
        }

        @Test
        void answerIsAMessage() throws Exception {
            respondAsChat(CHOICE);

            assertThat(new String(json(answered(messages("")).response()), UTF_8))
                    .contains("\"type\":\"message\"", "\"text\":\"Hello\"", "\"end_turn\"");
        }

        @Test
        void costThatTheProviderStatesCounts() throws Exception {
            respond(
                    200,
                    """
                    {'id':'c_1','object':'chat.completion','created':1,'model':'gpt-5','choices':[%s],\
                    'usage':{'prompt_tokens':10,'completion_tokens':5,'cost':0.0042}}"""
                            .formatted(CHOICE));

            Verdict.Answered answered = answered(messages(""));

            assertThat(answered.billing())
                    .isInstanceOfSatisfying(
                            Billing.Billed.class,
                            it -> assertThat(it.statedUsd()).contains(new BigDecimal("0.0042")));
        }

        @Test
        void hintsOfTheRequestWithoutAPlaceAreNamed() throws Exception {
            respondAsChat(CHOICE);

            assertThat(
                            answered(messages("'cache_control':{'type':'ephemeral'},"))
                                    .response()
                                    .translation())
                    .isEqualTo(
                            new TranslationNote(
                                    Endpoint.CHAT_COMPLETIONS, List.of("body.cache_control")));
        }

        @Test
        void answerThatCannotBeAMessageIsBilledAndKeptAsItCame() throws Exception {
            respondAsChat(CHOICE + "," + CHOICE);
            byte[] received = ((ExchangeEnd.Responded) transport.exchange).body();

            Verdict.Failed failed = failed(messages(""));

            assertThat(failed.error()).isEqualTo(ErrorCode.INVALID_RESPONSE);
            assertThat(failed.message())
                    .startsWith("the provider's answer cannot be translated to /v1/messages: ");
            assertThat(failed.billing()).isEqualTo(new Billing.Billed(TokenUsage.of(10, 5)));
            assertThat(json(failed.response())).isEqualTo(received);
        }

        @Test
        void answerThatIsTooDeepForAResultIsInvalid() throws Exception {
            String arguments = "{\\'a\\':".repeat(995) + "1" + "}".repeat(995);
            respondAsChat(
                    """
                    {'index':0,'message':{'role':'assistant','tool_calls':[{'id':'t','type':'function',\
                    'function':{'name':'f','arguments':'%s'}}]},'finish_reason':'tool_calls'}"""
                            .formatted(arguments));

            assertThat(failed(messages("")).message()).endsWith("it is nested too deeply");
        }

        @Test
        void nextTurnSendsTheIdOfTheToolCallThatTheProviderGave() throws Exception {
            respondAsChat(
                    """
                    {'index':0,'message':{'role':'assistant','content':null,'tool_calls':[{'id':\
                    'functions.search:0','type':'function','function':{'name':'search',\
                    'arguments':'{}'}}]},'finish_reason':'tool_calls'}""");
            String seen =
                    JsonTree.parse(json(answered(messages("")).response()))
                            .orElseThrow()
                            .at("/content/0/id")
                            .stringValue();

            assertThat(seen).isEqualTo("escaped_functions_2e_search_3a_0");
            report(
                    GPT,
                    "/v1/messages",
                    """
                    {'model':'auto','max_tokens':50,'messages':[{'role':'user','content':'Hi'},\
                    {'role':'assistant','content':[{'type':'tool_use','id':'%1$s',\
                    'name':'search','input':{}}]},{'role':'user','content':[{'type':\
                    'tool_result','tool_use_id':'%1$s','content':'r'}]}]}"""
                            .formatted(seen),
                    null);
            assertThat(new String(transport.sent.getLast().body(), UTF_8))
                    .contains("\"id\":\"functions.search:0\"")
                    .contains("\"tool_call_id\":\"functions.search:0\"");
        }
    }

    @Nested
    class ThatCannotBeTranslated {
        @Test
        void isRefusedWithTheOfferedUrls() throws Exception {
            CallReport report = report(CLAUDE, "/v1/responses", "{'model':'auto'}", null);

            assertThat(failed(report).error()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(failed(report).message())
                    .isEqualTo(
                            "the model does not serve /v1/responses, and such requests"
                                    + " cannot be translated; it serves /v1/messages");
            assertThat(transport.sent).isEmpty();
        }
    }

    /** A translation would refuse the field. */
    @Test
    void callThatIsTooLateIsNotTranslated() throws Exception {
        window = new Window(0, 1);

        CallReport report = chat("'seed':1,");

        assertThat(report.verdict()).isEqualTo(new Verdict.SendWindowMissed());
        assertThat(report.called()).isFalse();
        assertThat(transport.sent).isEmpty();
    }
}
