package dev.millrace.contracts.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFinderTest {
    private static OptionalLong tokens(String body) {
        return UsageFinder.tokens(body.getBytes(UTF_8), Endpoint.CHAT_COMPLETIONS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"usage\":{\"prompt_tokens\":3,\"d\":{\"x\":1},\"total_tokens\":23}}",
                "{\"usage\":null,\"x_groq\":{\"id\":1,\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":20}}}",
                "{\"choices\":[{\"usage\":null},{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":20}}]}",
                "{\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0},"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":20}}",
                "{\"choices\":[{\"logprob\":-Infinity}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":20}}",
                "{\"choices\":[{\"content\":\"cut\"}, \"usage\" : \n {\"prompt_tokens\":3,\"completion_tokens\":20}",
                """
                data: {"a":1}

                data: {"usage":{"prompt_tokens":3,"completion_tokens":20}}

                data: [DONE]"""
            })
    void countsAreFoundWhereServersPutThem(String body) {
        assertThat(tokens(body)).hasValue(23);
    }

    @Test
    void aloneTheTotalCounts() {
        assertThat(tokens("{\"usage\":{\"total_tokens\":23}}")).hasValue(23);
    }

    @Test
    void usageWithinATextIsNotFound() {
        assertThat(tokens("{\"text\":\"{\\\"usage\\\":{\\\"prompt_tokens\\\":3}}\" oops"))
                .isEmpty();
    }

    @Test
    void partsOfMessagesAreAdded() {
        byte[] body =
                "{\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":4,\"output_tokens\":5}}"
                        .getBytes(UTF_8);

        assertThat(UsageFinder.tokens(body, Endpoint.MESSAGES)).hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"usage\":null}",
                "{\"usage\":{}}",
                "{\"usage\":{",
                "\"usage\":",
                "usage"
            })
    void bodiesWithoutUsageHaveNone(String body) {
        assertThat(tokens(body)).isEmpty();
    }
}
