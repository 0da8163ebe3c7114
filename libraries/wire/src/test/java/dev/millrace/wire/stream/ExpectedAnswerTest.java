package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedAnswerTest {
    private static boolean hasOneChoice(Endpoint endpoint, String fields) {
        String line =
                "{\"custom_id\":\"c\",\"url\":\""
                        + endpoint.url()
                        + "\",\"body\":{\"model\":\"m\""
                        + fields
                        + "}}";
        return ExpectedAnswer.of(RequestParser.parse(line.getBytes(UTF_8)).accepted(), endpoint)
                .hasOneChoice();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"n\":1", ",\"n\":null", ",\"prompt\":[\"a\",\"b\"]"})
    void chatWithoutAnotherNumberHasOneChoice(String fields) {
        assertThat(hasOneChoice(Endpoint.CHAT_COMPLETIONS, fields)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"prompt\":\"a\"",
                ",\"prompt\":[\"a\"]",
                ",\"prompt\":[1,2,3]",
                ",\"prompt\":[[1,2]]"
            })
    void completionOfOnePromptHasOneChoice(String fields) {
        assertThat(hasOneChoice(Endpoint.COMPLETIONS, fields)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"n\":2,\"prompt\":\"a\"",
                ",\"prompt\":[\"a\",\"b\"]",
                ",\"prompt\":[[1],[2]]"
            })
    void completionsOfSeveralPromptsHaveSeveralChoices(String fields) {
        assertThat(hasOneChoice(Endpoint.COMPLETIONS, fields)).isFalse();
    }
}
