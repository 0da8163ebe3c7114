package dev.millrace.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AnswerGeneratorPropertyTest {
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
    void fourCharactersCountAsOneToken(@ForAll @IntRange(min = 1, max = 5_000) int characters) {
        assertThat(chatAnswer(chat("x".repeat(characters))).usage().input())
                .isEqualTo((characters + 3) / 4);
    }
}
