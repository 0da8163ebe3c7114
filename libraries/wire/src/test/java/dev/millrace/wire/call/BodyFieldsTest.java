package dev.millrace.wire.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BodyFieldsTest {
    private static final Model OF_MISTRAL =
            model("parameters: { tool_call_ids: '[a-zA-Z0-9]{9}' }");
    private static final Model MODEL = model("parameters: { refuse: [stream_options] }");

    private static Model model(String settings) {
        String yaml =
                """
                providers: { p: { wire: openai, base_url: https://h } }
                models: { m: { provider: p, price: { input: 1, output: 1 }, %s } }
                """
                        .formatted(settings);
        return new ConfigLoader(Map.of()).parse("m.yaml", yaml).catalog().find("m").orElseThrow();
    }

    private static RequestLine line(String fields) {
        String line =
                "{\"custom_id\":\"c\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\""
                        + fields
                        + "}}";
        return RequestParser.parse(line.getBytes(UTF_8)).accepted();
    }

    @Test
    void modelWithoutStreamOptionsIsStreamedWithoutThem() {
        for (var options : new String[] {"", ",\"stream_options\":{\"include_usage\":true}"}) {
            byte[] body = BodyFields.ofJob(line(",\"stream\":true" + options), MODEL, null);

            assertThat(new String(body, UTF_8)).isEqualTo("{\"model\":\"m\",\"stream\":true}");
        }
    }

    @Test
    void cheaperTierNamesItself() {
        Model flex = model("").atTier("flex");

        for (var tier : new String[] {"", ",\"service_tier\":null"}) {
            byte[] body = BodyFields.ofJob(line(",\"messages\":[]" + tier), flex, 7L);

            assertThat(new String(body, UTF_8))
                    .contains("\"model\":\"m\"")
                    .contains("\"messages\":[]")
                    .contains("\"service_tier\":\"flex\"")
                    .contains(":7");
        }
    }

    @Test
    void translatedBodyNamesTheTier() {
        byte[] translated = "{\"model\":\"m\"}".getBytes(UTF_8);
        RequestLine line = line("");

        byte[] body =
                BodyFields.ofTranslated(
                        translated, line, model("").atTier("flex"), line.endpoint());

        assertThat(new String(body, UTF_8)).contains("\"service_tier\":\"flex\"");
    }

    private static String sentConversation(String call, String result) {
        String messages =
                (", \"messages\" : [ {\"role\":\"assistant\",\"content\":[{\"id\":\"call_1\"}],"
                                + "\"tool_calls\":[{\"function\":{\"id\":\"call_1\"} , \"id\" : %s }]},"
                                + " {\"tool_call_id\":%s,\"role\":\"tool\",\"content\":\"call_1\"}, 7 ],"
                                + "\"tool_call_id\":\"call_1\"")
                        .formatted(call, result);
        return new String(BodyFields.ofJob(line(messages), OF_MISTRAL, null), UTF_8);
    }

    @Test
    void idsOfToolCallsThatTheModelRefusesAreReplacedAndNothingElse() {
        String sent = sentConversation("\"call_1\"", "\"call_\\u0031\"");
        String id = new ToolCallIds(Pattern.compile("[a-zA-Z0-9]{9}")).ofCall("call_1");

        assertThat(sent).isEqualTo(sentConversation("\"" + id + "\"", "\"" + id + "\""));
        assertThat(sent).contains("\"id\" : \"" + id + "\" }").contains("\"content\":\"call_1\"");
    }

    @Test
    void idsOfToolCallsThatAreNoTextStay() {
        assertThat(sentConversation("null", "[\"call_1\"]"))
                .contains("\"id\" : null")
                .contains("\"tool_call_id\":[\"call_1\"]");
    }
}
