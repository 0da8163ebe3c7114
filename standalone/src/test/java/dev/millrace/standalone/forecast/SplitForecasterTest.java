package dev.millrace.standalone.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SplitForecasterTest {
    private static final String DOCUMENT = "Nothing happened on that day. ".repeat(400);

    private static final MillraceConfig SIMULATED =
            new ConfigLoader(Map.of())
                    .parse("test", "providers: { p: { wire: openai, base_url: \"https://h/v1\" } }")
                    .withSimulator();

    /** Returns the forecast of a request with the document and the given options of Millrace. */
    private static JsonNode forecast(String options) throws IOException {
        var out = new ByteArrayOutputStream();
        var terminal = new Terminal(new PrintStream(out, true, UTF_8), System.err, false);
        String line =
                """
                {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"gpt-4.1",\
                "messages":[{"role":"user","content":"%s"}],"max_tokens":100},"millrace":%s}"""
                        .formatted(DOCUMENT, options);
        try (var forecast =
                new Forecast(
                        SIMULATED,
                        ActivePolicy.configured(SIMULATED),
                        Forecast.boundTenant(SIMULATED),
                        Instant.parse("2026-11-20T12:00:00Z"),
                        ForecastReport.json(terminal, true))) {
            forecast.read("a.jsonl", new ByteArrayInputStream(line.getBytes(UTF_8)));
            assertThat(forecast.end()).isTrue();
        }
        return JsonMapper.shared().readTree(out.toString(UTF_8).lines().findFirst().orElseThrow());
    }

    @Test
    void splitDocumentHasTheTokensOfAllItsParts() throws IOException {
        JsonNode whole = forecast("{}");
        JsonNode split = forecast("{\"split\":{\"size\":500,\"overlap\":0}}");

        assertThat(split.get("input_tokens").asLong())
                .isGreaterThan(whole.get("input_tokens").asLong());
        assertThat(split.get("output_tokens").asLong())
                .isGreaterThanOrEqualTo(6 * whole.get("output_tokens").asLong());
        assertThat(split.get("cost_usd").decimalValue())
                .isGreaterThan(whole.get("cost_usd").decimalValue());
        assertThat(split.get("max_cost_usd").decimalValue())
                .isGreaterThan(whole.get("max_cost_usd").decimalValue());
    }

    @Test
    void documentThatFitsIsEstimatedAsAWhole() throws IOException {
        assertThat(forecast("{\"split\":{}}").get("input_tokens"))
                .isEqualTo(forecast("{}").get("input_tokens"));
    }
}
