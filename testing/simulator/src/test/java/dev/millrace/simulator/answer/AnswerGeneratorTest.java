package dev.millrace.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.simulator.answer.content.Choice;
import dev.millrace.simulator.answer.content.FinishReason;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AnswerGeneratorTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static Answer answer(Operation operation, String body) {
        return AnswerGenerator.expected(operation.path(), body.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode chat(String user) {
        ObjectNode body = JSON.createObjectNode().put("model", "m");
        body.putArray("messages").addObject().put("role", "user").put("content", user);
        return body;
    }

    private static Answer chatAnswer(ObjectNode body) {
        return answer(Operation.CHAT_COMPLETIONS, body.toString());
    }

    @Property
    void equalPromptsHaveEqualAnswersWhateverTheModelAndFormatting(@ForAll String user) {
        ObjectNode body = chat(user);
        ObjectNode other = JSON.createObjectNode();
        other.set("messages", body.path("messages"));
        other.put("temperature", 0.5).put("model", "another");

        Answer one = chatAnswer(body);
        Answer two = answer(Operation.CHAT_COMPLETIONS, other.toPrettyString());

        assertThat(two.text()).isEqualTo(one.text());
        assertThat(two.hash()).isEqualTo(one.hash());
        assertThat(two.usage()).isEqualTo(one.usage());
    }

    @Property
    void answerIdentifiesItsPrompt(@ForAll String one, @ForAll String other) {
        Answer answer = chatAnswer(chat(one));

        assertThat(answer.text()).contains(answer.hash());
        assertThat(one.equals(other))
                .isEqualTo(answer.hash().equals(chatAnswer(chat(other)).hash()));
    }

    @Property
    void answerNeverExceedsTheTokenLimit(
            @ForAll String user, @ForAll @IntRange(min = 1, max = 40) int maxTokens) {
        Answer answer = chatAnswer(chat(user).put("max_tokens", maxTokens));

        assertThat(answer.usage().output()).isBetween(1, maxTokens);
        assertThat(AnswerGenerator.tokens(answer.text())).isEqualTo(answer.usage().output());
        assertThat(answer.choices().getFirst().finish() == FinishReason.LENGTH)
                .isEqualTo(!answer.text().equals(chatAnswer(chat(user)).text()));
    }

    @Property
    void shortTextIsExtendedToTheWantedLength(
            @ForAll @IntRange(min = 200, max = 3_000) int wanted,
            @ForAll @IntRange(min = 1, max = 3_000) int maxTokens) {
        byte[] body =
                chat("Hi").put("max_tokens", maxTokens).toString().getBytes(StandardCharsets.UTF_8);

        var answer =
                (Answer) AnswerGenerator.of(Operation.CHAT_COMPLETIONS, body, null, _ -> wanted);

        assertThat(answer.usage().output()).isEqualTo(Math.min(wanted, maxTokens));
        assertThat(answer.choices().getFirst().finish() == FinishReason.LENGTH)
                .isEqualTo(maxTokens < wanted);
    }

    @Property
    void fourCharactersCountAsOneToken(@ForAll @IntRange(min = 1, max = 5_000) int characters) {
        assertThat(chatAnswer(chat("x".repeat(characters))).usage().input())
                .isEqualTo((characters + 3) / 4);
    }

    @Nested
    class Text {
        @Test
        void equalConversationsHaveEqualTextOnBothWires() {
            String system = "You are terse.";
            String openAi =
                    """
                    {"model":"m","messages":[{"role":"system","content":"You are terse."},
                     {"role":"user","content":[{"type":"text","text":"Hi"}]}]}
                    """;
            String anthropic =
                    """
                    {"model":"m","max_tokens":500,"system":[{"type":"text","text":"%s"}],
                     "messages":[{"role":"user","content":"Hi"}]}
                    """
                            .formatted(system);

            assertThat(answer(Operation.MESSAGES, anthropic).text())
                    .isEqualTo(answer(Operation.CHAT_COMPLETIONS, openAi).text());
        }

        @Test
        void requestedNumberOfChoicesIsGenerated() {
            Answer answer = chatAnswer(chat("Hi").put("n", 3));

            assertThat(answer.choices())
                    .extracting(Choice::text)
                    .hasSize(3)
                    .doesNotHaveDuplicates();
        }

        @Test
        void echoedPromptIsShortened() {
            assertThat(chatAnswer(chat("🙂".repeat(500))).text()).contains("🙂".repeat(80) + "…");
        }
    }

    @Nested
    class JsonOutput {
        @Test
        void jsonObjectFormatYieldsAnObject() {
            ObjectNode body = chat("Hi");
            body.putObject("response_format").put("type", "json_object");

            assertThat(JSON.readTree(chatAnswer(body).text()).path("answer").stringValue())
                    .isEqualTo("Hi");
        }

        @Test
        void jsonSchemaFormatYieldsMatchingJson() {
            ObjectNode body = chat("Hi");
            body.set(
                    "response_format",
                    JSON.readTree(
                            """
                            {"type":"json_schema","json_schema":{"name":"s","schema":{
                              "type":"object","required":["kind","score","tags","note","sub"],
                              "properties":{
                                "kind":{"enum":["refund","delivery"]},
                                "score":{"type":"integer","minimum":3,"maximum":5},
                                "tags":{"type":"array","minItems":2,"items":{"type":"string"}},
                                "note":{"type":["string","null"],"maxLength":7},
                                "sure":{"type":"boolean"},
                                "sub":{"$ref":"#/$defs/node"}},
                              "$defs":{"node":{"type":"object","required":[],
                                "properties":{"next":{"$ref":"#/$defs/node"}}}}}}}
                            """));

            JsonNode output = JSON.readTree(chatAnswer(body).text());

            assertThat(output.path("kind").stringValue()).isIn("refund", "delivery");
            assertThat(output.path("score").intValue()).isBetween(3, 5);
            assertThat(output.path("tags").size()).isEqualTo(2);
            assertThat(output.path("note").stringValue()).hasSizeLessThanOrEqualTo(7);
            assertThat(output.path("sure").isBoolean()).isTrue();
            assertThat(output.path("sub").isObject()).isTrue();
        }

        @Test
        void schemaIsReadFromResponsesAndMessages() {
            String schema =
                    "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1}}}}";
            String responses =
                    "{\"model\":\"m\",\"input\":\"Hi\",\"text\":{\"format\":" + schema + "}}";
            String messages =
                    "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                            + "\"output_config\":{\"format\":"
                            + schema
                            + "}}";

            assertThat(answer(Operation.RESPONSES, responses).text()).isEqualTo("{\"a\":1}");
            assertThat(answer(Operation.MESSAGES, messages).text()).isEqualTo("{\"a\":1}");
        }
    }

    @Nested
    class TokenUsage {
        @Test
        void halfOfALongPromptCountsAsCached() {
            assertThat(chatAnswer(chat("x".repeat(4 * 1_023))).usage().cachedInput()).isZero();
            assertThat(chatAnswer(chat("x".repeat(4 * 1_024))).usage().cachedInput())
                    .isEqualTo(512);
        }

        @Test
        void anthropicCachesOnlyMarkedPrompts() {
            String plain =
                    """
                    {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"%s"}]}
                    """
                            .formatted("x".repeat(5_000));
            String marked =
                    plain.replace(
                            "\"model\"", "\"cache_control\":{\"type\":\"ephemeral\"},\"model\"");

            Usage with = answer(Operation.MESSAGES, marked).usage();

            assertThat(answer(Operation.MESSAGES, plain).usage().cachedInput()).isZero();
            assertThat(with.cachedInput() + with.cacheWrite()).isEqualTo(512);
        }

        @Test
        void outputLimitIncludesReasoning() {
            assertThat(chatAnswer(chat("Hi").put("reasoning_effort", "low")).usage().reasoning())
                    .isEqualTo(16);
            Usage tight =
                    chatAnswer(chat("Hi").put("reasoning_effort", "high").put("max_tokens", 10))
                            .usage();
            assertThat(tight.reasoning()).isEqualTo(10);
            assertThat(tight.output()).isEqualTo(10);
        }
    }

    @Nested
    class Embeddings {
        @Test
        void vectorHasTheRequestedLength() {
            Answer answer =
                    answer(
                            Operation.EMBEDDINGS,
                            "{\"model\":\"m\",\"input\":[[1,2],\"text\"],\"dimensions\":3}");

            assertThat(answer.embeddings()).hasSize(2);
            assertThat(answer.embeddings().getFirst().vector()).hasSize(3);
            assertThat(answer.usage().output()).isZero();
        }
    }

    @Nested
    class InvalidBodies {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "[]",
                    "{\"model\":",
                    "{}",
                    "{\"model\":\"m\"}",
                    "{\"model\":\"m\",\"messages\":[]}",
                    "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":0}",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":129}",
                })
        void invalidBodyIsRejected(String body) {
            AnswerResult answering =
                    AnswerGenerator.of(
                            Operation.CHAT_COMPLETIONS, body.getBytes(StandardCharsets.UTF_8));

            assertThat(answering).isInstanceOf(InvalidRequest.class);
        }

        @Test
        void expectedThrowsForAnInvalidBodyOrPath() {
            assertThatThrownBy(() -> answer(Operation.CHAT_COMPLETIONS, "{}"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> AnswerGenerator.expected("/v1/nothing", new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
