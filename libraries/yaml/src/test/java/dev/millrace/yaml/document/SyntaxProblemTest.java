package dev.millrace.yaml.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class SyntaxProblemTest {
    private static String describe(String json) {
        return SyntaxProblem.describe(
                catchThrowableOfType(
                        JacksonException.class,
                        () -> new JsonMapper().readTree(json.getBytes(UTF_8))));
    }

    @Test
    void namesLineAndColumn() {
        assertThat(describe("{\n \"a\": x}"))
                .startsWith("Unrecognized token 'x'")
                .endsWith("(line 2, column 7)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1", "{\"a\":[1}", "[1", "{\"a\":\"b", "\"", "{\"a\":1]"})
    void namesNoSource(String json) {
        assertThat(describe(json))
                .doesNotContain("Source", "REDACTED", "StreamReadFeature")
                .matches("[A-Z].*[^ ] \\(column \\d+\\)");
    }

    @Test
    void quotesNothingOfAYamlFile() {
        var failure =
                catchThrowableOfType(
                        JacksonException.class,
                        () -> new YAMLMapper().readTree("key: \"sk-secret\n  more: [\n"));

        assertThat(SyntaxProblem.describe(failure)).doesNotContain("sk-secret");
    }
}
