package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.ServiceUse;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ServiceUseReaderTest {
    private static final String RESPONSE =
            """
            {"id":"r","service_tier":"flex","output":[
              {"type":"web_search_call","action":{"type":"search","query":"q"}},
              {"type":"web_search_call","action":{"type":"open_page","url":"u"}},
              {"type":"file_search_call","queries":["a","b"]},
              {"type":"code_interpreter_call","container_id":"c1"},
              {"type":"code_interpreter_call","container_id":"c1"},
              {"type":"function_call","name":"web_search_call"},
              {"type":"message","content":[{"type":"output_text","text":"service_tier"}]}],
             "usage":{"input_tokens":1,"output_tokens":2}}""";

    private static ServiceUse read(Endpoint endpoint, String body) {
        return ServiceUseReader.read(endpoint, body.getBytes(UTF_8));
    }

    @Test
    void countsTheToolsOfAResponse() {
        assertThat(read(Endpoint.RESPONSES, RESPONSE))
                .isEqualTo(
                        new ServiceUse(
                                "flex",
                                Map.of(
                                        "web_search",
                                        1L,
                                        "file_search",
                                        1L,
                                        "code_interpreter",
                                        1L)));
    }

    @Test
    void readsTheUsageOfMessages() {
        assertThat(
                        read(
                                Endpoint.MESSAGES,
                                """
                                {"content":[],"usage":{"input_tokens":1,"output_tokens":2,
                                 "server_tool_use":{"web_search_requests":2,"web_fetch_requests":0},
                                 "service_tier":"batch"}}"""))
                .isEqualTo(new ServiceUse("batch", Map.of("web_search", 2L)));
    }

    @Test
    void fastModeOfMessagesIsATier() {
        assertThat(
                        read(
                                Endpoint.MESSAGES,
                                "{\"usage\":{\"service_tier\":\"standard\",\"speed\":\"fast\"}}"))
                .isEqualTo(new ServiceUse("fast", Map.of()));
    }

    @Test
    void standardTierIsNone() {
        assertThat(read(Endpoint.CHAT_COMPLETIONS, "{\"service_tier\":\"default\",\"choices\":[]}"))
                .isEqualTo(ServiceUse.NONE);
        assertThat(read(Endpoint.CHAT_COMPLETIONS, "{\"service_tier\":null}"))
                .isEqualTo(ServiceUse.NONE);
    }

    @Test
    void nameThatIsNoTierIsOther() {
        assertThat(read(Endpoint.CHAT_COMPLETIONS, "{\"service_tier\":\"Very Fast!\"}"))
                .isEqualTo(new ServiceUse("other", Map.of()));
    }

    @Property
    void anyPartOfAnAnswerIsReadWithoutAnError(@ForAll @IntRange(max = 600) int length) {
        String part = RESPONSE.substring(0, Math.min(length, RESPONSE.length() - 1));

        assertThat(read(Endpoint.RESPONSES, part)).isEqualTo(ServiceUse.NONE);
    }
}
