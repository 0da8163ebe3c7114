package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerUsageTest {
    @Test
    void totalOfOpenAiCounts() {
        assertThat(tokens("{\"usage\":{\"prompt_tokens\":3,\"d\":{\"x\":1},\"total_tokens\":23}}"))
                .hasValue(23);
    }

    @Test
    void partsOfAnthropicAreAdded() {
        assertThat(
                        tokens(
                                "{\"id\":1,\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":4,"
                                        + "\"output_tokens\":5,\"service_tier\":\"s\"}}"))
                .hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"usage\":null}", "{\"usage\":{}}", "{\"usage\":{"})
    void answersWithoutUsageHaveNone(String body) {
        assertThat(tokens(body)).isEmpty();
    }

    private static OptionalLong tokens(String body) {
        return AnswerUsage.tokens(body.getBytes(UTF_8));
    }
}
