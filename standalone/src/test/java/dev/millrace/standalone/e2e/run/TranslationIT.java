package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Sends chats to a model of the messages API, and messages to a model of the chat API. */
@Tag("long")
class TranslationIT {
    private static final String CLAUDE = "claude-sonnet-4.5";
    private static final String GPT = "gpt-4.1";
    private static final String TOOL =
            "'tools':[{'type':'function','function':{'name':'find','parameters':{'type':'object'}}}]";

    /** The simulator answers the result of a tool with text. */
    private static final String DIALOGUE =
            """
            'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Find 7.'},\
            {'role':'assistant','tool_calls':[{'id':'t1','type':'function',\
            'function':{'name':'find','arguments':'{}'}}]},\
            {'role':'tool','tool_call_id':'t1','content':'Seven.'}]""";

    private static final String TOOL_RESULT =
            """
            'messages':[{'role':'user','content':'Find 7.'},{'role':'assistant',\
            'content':[{'type':'tool_use','id':'t1','name':'find','input':{}}]},{'role':'user',\
            'content':[{'type':'tool_result','tool_use_id':'t1','content':'Seven.'}]}]""";

    private static final String QUESTION = "'messages':[{'role':'user','content':'Where is it?'}]";

    @TempDir private static Path folder;
    private static final CountedProvider PROVIDER = CountedProvider.answeringAfter(Duration.ZERO);
    private static Finished finished;
    private static List<JsonNode> results;

    @BeforeAll
    static void run() throws IOException {
        PROVIDER.configureByWire(folder);
        Files.writeString(
                folder.resolve("batch.jsonl"),
                String.join(
                        "\n",
                        line("chat", "/v1/chat/completions", "auto", TOOL + "," + DIALOGUE),
                        line("call", "/v1/chat/completions", "auto", TOOL + "," + QUESTION),
                        line(
                                "use",
                                "/v1/messages",
                                GPT,
                                "'max_tokens':30,"
                                        + "'tools':[{'name':'find','input_schema':{'type':'object'}}],"
                                        + QUESTION),
                        line("seed", "/v1/chat/completions", "auto", "'seed':1," + QUESTION),
                        line("named", "/v1/chat/completions", CLAUDE, "'seed':1," + QUESTION),
                        line(
                                "messages",
                                "/v1/messages",
                                GPT,
                                "'max_tokens':30,'cache_control':{'type':'ephemeral'},"
                                        + "'tools':[{'name':'find','input_schema':{'type':'object'}}],"
                                        + TOOL_RESULT),
                        line("responses", "/v1/responses", CLAUDE, "'input':'Hi'")));
        finished = new Launcher(folder).run("run", "--json", "batch.jsonl");
        results = Batch.read(folder.resolve("batch.results.jsonl"));
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    private static String line(String customId, String url, String model, String fields) {
        return "{'custom_id':'%s','url':'%s','body':{'model':'%s',%s}}"
                .formatted(customId, url, model, fields)
                .replace('\'', '"');
    }

    private static JsonNode result(String customId) {
        return results.stream()
                .filter(it -> it.path("custom_id").asString().equals(customId))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void chatForAutoReachesAModelOfMessagesAndIsAnsweredAsAChat() {
        JsonNode result = result("chat");

        assertThat(result.at("/millrace/model").asString()).isEqualTo(CLAUDE);
        assertThat(result.at("/millrace/translated_from").asString()).isEqualTo("/v1/messages");
        assertThat(result.at("/response/body/object").asString()).isEqualTo("chat.completion");
        assertThat(result.at("/response/body/choices/0/message/content").asString()).isNotEmpty();
        assertThat(PROVIDER.operations(CLAUDE)).containsExactly(Operation.MESSAGES);
    }

    @Test
    void messagesReachAModelOfChatsAndAreAnsweredAsMessages() {
        JsonNode result = result("messages");

        assertThat(result.at("/millrace/translated_from").asString())
                .isEqualTo("/v1/chat/completions");
        assertThat(result.at("/millrace/omitted").toString()).isEqualTo("[\"body.cache_control\"]");
        assertThat(result.at("/response/body/type").asString()).isEqualTo("message");
        assertThat(result.at("/response/body/content/0/text").asString()).isNotEmpty();
        assertThat(result.at("/response/body/usage/output_tokens").intValue()).isBetween(1, 30);
        assertThat(PROVIDER.operations(GPT)).containsExactly(Operation.CHAT_COMPLETIONS);
    }

    @Test
    void chatEndsWithTheCallOfATool() {
        JsonNode choice = result("call").at("/response/body/choices/0");

        assertThat(result("call").at("/millrace/translated_from").asString())
                .isEqualTo("/v1/messages");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/tool_calls/0/id").asString()).isNotEmpty();
        assertThat(choice.at("/message/tool_calls/0/function/name").asString()).isEqualTo("find");
        assertThat(choice.at("/message/tool_calls/0/function/arguments").asString())
                .isEqualTo("{}");
    }

    @Test
    void messagesEndWithTheUseOfATool() {
        JsonNode body = result("use").at("/response/body");

        assertThat(result("use").at("/millrace/translated_from").asString())
                .isEqualTo("/v1/chat/completions");
        assertThat(body.path("stop_reason").asString()).isEqualTo("tool_use");
        assertThat(body.at("/content/0/type").asString()).isEqualTo("tool_use");
        assertThat(body.at("/content/0/id").asString()).isNotEmpty();
        assertThat(body.at("/content/0/name").asString()).isEqualTo("find");
        assertThat(body.at("/content/0/input").isObject()).isTrue();
    }

    @Test
    void autoSkipsAModelThatCannotTakeAField() {
        JsonNode result = result("seed");

        assertThat(result.at("/millrace/model").asString()).isEqualTo(GPT);
        assertThat(result.path("millrace").has("translated_from")).isFalse();
    }

    @Test
    void namedModelThatCannotTakeAFieldIsRefusedWithTheField() {
        JsonNode error = result("named").path("error");

        assertThat(error.path("code").asString()).isEqualTo("validation_error");
        assertThat(error.path("param").asString()).isEqualTo("body.seed");
        assertThat(error.path("message").asString()).contains("/v1/messages");
    }

    @Test
    void otherUrlsAreRefusedWithTheUrlsOfTheModel() {
        assertThat(result("responses").at("/error/message").asString())
                .isEqualTo(
                        "the model claude-sonnet-4.5 does not serve /v1/responses, and such requests"
                                + " cannot be translated; it serves /v1/messages");
    }

    @Test
    void resultsCostWhatTheProviderBilled() {
        finished.exitsWith(3);

        assertThat(Batch.costUsd(results)).isPositive().isEqualByComparingTo(PROVIDER.billedUsd());
    }
}
