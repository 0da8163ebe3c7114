package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.prompt.PromptFields.Breakpoint;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptFieldsTest {
    private static final PromptFields MARK =
            new PromptFields(Map.of(), Optional.of(new Breakpoint("mark", "{\"a\":1}")));

    private static String added(PromptFields fields, String body) {
        return new String(fields.addTo(body.getBytes(UTF_8)).body(), UTF_8);
    }

    @Test
    void fieldIsAddedAtTheTop() {
        var fields = new PromptFields(Map.of("prompt_cache_key", "\"k\""), Optional.empty());

        assertThat(added(fields, "{\"model\": \"m\"}"))
                .isEqualTo("{\"model\": \"m\",\"prompt_cache_key\":\"k\"}");
        assertThat(fields.addTo("{}".getBytes(UTF_8)).names()).containsExactly("prompt_cache_key");
    }

    @Test
    void nothingIsAddedWithoutFields() {
        byte[] body = "{ }".getBytes(UTF_8);

        assertThat(PromptFields.NONE.addTo(body).body()).isSameAs(body);
        assertThat(PromptFields.NONE.addTo(body).names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"system":"é\\n","messages":[]}|{"system":[{"type":"text","text":"é\\n","mark":{"a":1}}],"messages":[]}
                    {"system":[{"text":"a"},{"text":"b"} ]}|{"system":[{"text":"a"},{"text":"b","mark":{"a":1}} ]}
                    {"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}]}|{"messages":[{"role":"system","content":[{"type":"text","text":"s","mark":{"a":1}}]},{"role":"user","content":"q"}]}
                    {"input":[{"content":"s","role":"developer"},{"role":"user","content":"q"}]}|{"input":[{"content":[{"type":"input_text","text":"s","mark":{"a":1}}],"role":"developer"},{"role":"user","content":"q"}]}
                    {"messages":[{"role":"system","content":[{"type":"text","text":"s"}]}],"system":"x"}|{"messages":[{"role":"system","content":[{"type":"text","text":"s","mark":{"a":1}}]}],"system":"x"}
                    """)
    void breakpointEndsTheLastBlockOfThePrefix(String body, String marked) {
        assertThat(added(MARK, body)).isEqualTo(marked);
        assertThat(MARK.addTo(body.getBytes(UTF_8)).names()).containsExactly("mark");
    }

    @Test
    void breakpointEndsALongFirstMessage() {
        String text = "x".repeat(5_000);
        String question = ",{\"role\":\"user\",\"content\":\"q\"}]}";
        String start = "{\"messages\":[{\"role\":\"user\",\"content\":";

        assertThat(added(MARK, start + "\"" + text + "\"}" + question))
                .isEqualTo(
                        start
                                + "[{\"type\":\"text\",\"text\":\""
                                + text
                                + "\",\"mark\":{\"a\":1}}]}"
                                + question);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
                "{\"instructions\":\"s\",\"input\":\"q\"}",
                "{\"system\":\"\"}",
                "{\"system\":[]}",
                "{\"system\":[{ }]}",
                "{\"system\":null}",
                "{\"messages\":[{\"role\":\"system\",\"content\":[\"s\"]}]}"
            })
    void bodyWithoutAPlaceForTheBreakpointStaysUnchanged(String body) {
        assertThat(added(MARK, body)).isEqualTo(body);
        assertThat(MARK.addTo(body.getBytes(UTF_8)).names()).isEmpty();
    }
}
