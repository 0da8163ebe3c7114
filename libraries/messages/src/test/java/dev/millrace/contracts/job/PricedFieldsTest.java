package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PricedFieldsTest {
    private static PricedFields of(String url, String fields) {
        String line =
                """
                {"custom_id":"a","method":"POST","url":"%s","body":{"model":"m",\
                "input":"x","messages":[{"role":"user","content":"x"}]%s}}"""
                        .formatted(url, fields);
        return RequestParser.parse(line.getBytes(UTF_8)).accepted().pricedFields();
    }

    private static PricedFields chat(String fields) {
        return of("/v1/chat/completions", fields);
    }

    @Test
    void readsTheServiceTier() {
        assertThat(chat(",\"service_tier\":\"flex\"").tier()).isEqualTo("flex");
        assertThat(chat(",\"service_tier\":null").tier()).isNull();
        assertThat(of("/v1/messages", ",\"max_tokens\":1,\"speed\":\"fast\"").tier())
                .isEqualTo("fast");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web_search_20250305 | web_search",
                "web_search_preview | web_search",
                "web_search_preview_2025_03_11 | web_search",
                "code_interpreter | code_interpreter",
                "file_search | file_search",
            })
    void toolThatTheProviderRunsIsNamedWithoutItsVersion(String type, String tool) {
        assertThat(of("/v1/responses", ",\"tools\":[{\"type\":\"" + type + "\"}]").toolCalls())
                .isEqualTo(Map.of(tool, OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
                "{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}",
                "{\"type\":\"bash_20250124\",\"name\":\"bash\"}",
                "{\"type\":\"text_editor_20250728\",\"name\":\"e\"}",
                "{\"type\":\"web_fetch_20250910\",\"name\":\"f\"}",
            })
    void toolThatCostsOnlyTokensIsNot(String tool) {
        assertThat(chat(",\"tools\":[" + tool + "]")).isEqualTo(PricedFields.NONE);
    }

    @Test
    void limitOfCallsIsThatOfTheToolOrOfAll() {
        assertThat(
                        of(
                                        "/v1/responses",
                                        """
                                        ,"max_tool_calls":4,"tools":[{"type":"web_search"},
                                        {"type":"file_search","max_uses":2}]""")
                                .toolCalls())
                .isEqualTo(
                        Map.of(
                                "web_search", OptionalLong.of(4),
                                "file_search", OptionalLong.of(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"web_search\",\"max_uses\":2},{\"type\":\"web_search\",\"max_uses\":1} | 3",
                "{\"type\":\"web_search_20250305\",\"max_uses\":2},"
                        + "{\"type\":\"web_search_20260209\",\"max_uses\":3} | 5",
                "{\"type\":\"web_search\",\"max_uses\":2147483647},"
                        + "{\"type\":\"web_search\",\"max_uses\":1} | 2147483648",
                "{\"type\":\"web_search\"},{\"type\":\"web_search\",\"max_uses\":2} | ",
                "{\"type\":\"web_search\",\"max_uses\":2},{\"type\":\"web_search\"} | ",
            })
    void limitsOfToolsOfOneTypeAddUp(String tools, @Nullable Long calls) {
        assertThat(of("/v1/messages", ",\"max_tokens\":1,\"tools\":[" + tools + "]").toolCalls())
                .isEqualTo(
                        Map.of(
                                "web_search",
                                calls == null ? OptionalLong.empty() : OptionalLong.of(calls)));
    }

    @Test
    void memoryOfToolsIsBounded() {
        String tools =
                IntStream.range(0, 2_000)
                        .mapToObj("{\"type\":\"tool-%d\"}"::formatted)
                        .collect(Collectors.joining(","));

        assertThat(chat(",\"tools\":[" + tools + "]").toolCalls()).hasSize(1_000);
    }

    @Test
    void toolsOfOneTypeOfWhichOneHasNoLimitHaveTheLimitOfAll() {
        assertThat(
                        of(
                                        "/v1/responses",
                                        """
                                        ,"max_tool_calls":4,"tools":[{"type":"web_search"},
                                        {"type":"web_search","max_uses":2}]""")
                                .toolCalls())
                .isEqualTo(Map.of("web_search", OptionalLong.of(4)));
    }

    @Test
    void otherFieldsWithAPriceAreListed() {
        assertThat(
                        chat(",\"web_search_options\":{},\"enable_search\":false,\"models\":[]")
                                .others())
                .isEqualTo(List.of("web_search_options"));
        assertThat(chat(",\"models\":[\"a\",[1]],\"inference_geo\":\"global\"").others())
                .isEqualTo(List.of("models"));
    }

    @Test
    void embeddingHasNone() {
        assertThat(of("/v1/embeddings", ",\"service_tier\":\"flex\"")).isEqualTo(PricedFields.NONE);
    }
}
