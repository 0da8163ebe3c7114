package dev.millrace.standalone.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ForecastTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final MillraceConfig SIMULATED =
            new ConfigLoader(Map.of())
                    .parse(
                            "test",
                            """
                                    providers: { p: { wire: openai, base_url: "https://h/v1" } }
                                    models: { unlimited: { provider: p, price: { input: 0.05, output: 0.35 } } }
                                    """)
                    .withSimulator();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static String chat(String id, String model, String text, String more) {
        return "{\"custom_id\":\"%s\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}],\"max_tokens\":100}%s}"
                .formatted(id, model, JsonBytes.quoted(text), more);
    }

    private boolean forecast(boolean json, boolean lines, String... content) throws IOException {
        var terminal = new Terminal(new PrintStream(out, true, UTF_8), System.err, false);
        try (var forecast =
                new Forecast(
                        SIMULATED,
                        ActivePolicy.configured(SIMULATED),
                        Forecast.boundTenant(SIMULATED),
                        NOW,
                        json
                                ? ForecastReport.json(terminal, lines)
                                : ForecastReport.text(terminal, lines))) {
            forecast.read(
                    "a.jsonl",
                    new ByteArrayInputStream(String.join("\n", content).getBytes(UTF_8)));
            return forecast.end();
        }
    }

    private List<JsonNode> printed() {
        return out.toString(UTF_8).lines().map(JsonMapper.shared()::readTree).toList();
    }

    private JsonNode summary(String... content) throws IOException {
        forecast(true, false, content);
        return printed().getLast();
    }

    private static List<String> choices(JsonNode summary) {
        return Stream.of(summary.get("by_choice"))
                .flatMap(JsonNode::valueStream)
                .map(
                        it ->
                                it.get("routed_by").asString().replaceAll("@.*", "")
                                        + " "
                                        + it.get("model").asString()
                                        + " "
                                        + it.get("jobs").asInt())
                .toList();
    }

    @Nested
    class Summary {
        @Test
        void countsByRuleAndModelInTheOrderOfTheRules() throws IOException {
            JsonNode summary =
                    summary(
                            chat("1", "gpt-4.1-turbo", "hi", ""),
                            chat("2", "gpt-4.1", "hi", ""),
                            chat("3", "auto", "hi", ""),
                            chat("4", "auto", "urgent", ""),
                            chat("5", "auto", "请问我的订单什么时候到", ""),
                            chat("6", "auto", "hello", ""));

            assertThat(choices(summary))
                    .containsExactly(
                            "default/1 qwen-turbo 1",
                            "default/2 deepseek-flash 1",
                            "default/3 qwen-turbo 2",
                            "alias gpt-4.1 1",
                            "catalog gpt-4.1 1");
            assertThat(summary.get("lines").asInt()).isEqualTo(6);
            assertThat(summary.get("refused_lines").asInt()).isZero();
        }

        @Test
        void givesTheExpectedAndTheHighestCost() throws IOException {
            JsonNode summary = summary(chat("1", "gpt-4.1", "hi", ""));

            // 1 + 7 input tokens at 2.00 and at most 100 output tokens at 8.00 per million.
            assertThat(summary.get("input_tokens").asInt()).isEqualTo(8);
            assertThat(summary.get("output_tokens").asInt()).isEqualTo(100);
            assertThat(summary.get("cost_usd").decimalValue()).isEqualByComparingTo("0.000816");
            // claude-sonnet-4.5 is the most expensive model of the chain; each byte of the body is
            // at
            // most one token.
            assertThat(summary.get("max_cost_usd").decimalValue())
                    .isBetween(new BigDecimal("0.0015"), new BigDecimal("0.0025"));
            assertThat(summary.get("unbounded_jobs").asInt()).isZero();
        }

        @Test
        void capsTokenTotalsAtTheLargestLong() throws IOException {
            String line =
                    chat("1", "gpt-4.1", "hi", "")
                            .replace("\"max_tokens\":100", "\"n\":" + Long.MAX_VALUE);

            JsonNode summary = summary(line, line.replace("\"1\"", "\"2\""));

            assertThat(summary.get("output_tokens").asLong()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void excludesUnboundedJobsFromTheHighestCost() throws IOException {
            JsonNode summary =
                    summary(chat("1", "unlimited", "hi", "").replace(",\"max_tokens\":100", ""));

            assertThat(summary.get("unbounded_jobs").asInt()).isEqualTo(1);
            assertThat(summary.get("max_cost_usd").decimalValue()).isZero();
        }

        @Test
        void listsRefusedLines() throws IOException {
            JsonNode summary =
                    summary(
                            chat("1", "gpt-5000", "hi", ""),
                            "",
                            "[]",
                            chat(
                                    "2",
                                    "auto",
                                    "hi",
                                    ",\"millrace\":{\"deadline\":\"2026-11-20T11:00:00Z\"}"),
                            chat("2", "auto", "hi", ""),
                            chat("2", "auto", "ho", ""));

            assertThat(summary.get("by_error"))
                    .isEqualTo(
                            JsonMapper.shared()
                                    .readTree(
                                            """
                                            {"deadline_exceeded":1,"unknown_model":1,
                                            "malformed_request":1,"duplicate":1,"duplicate_custom_id":1}"""));
            assertThat(summary.get("refused").valueStream().map(it -> it.get("line").asInt()))
                    .containsExactly(1, 3, 4, 5, 6);
            assertThat(summary.get("refused").get(0).get("message").asString())
                    .contains("no model is called");
        }
    }

    @Nested
    class EachLine {
        @Test
        void describesTheClassification() throws IOException {
            forecast(
                    true,
                    true,
                    chat("1", "auto", "Παρακαλώ μετάφρασε το τιμολόγιο, asap: translate it", ""),
                    "{}");

            JsonNode job = printed().getFirst();
            assertThat(job.get("custom_id").asString()).isEqualTo("1");
            assertThat(job.get("model").asString()).isEqualTo("qwen-turbo");
            assertThat(job.get("routed_by").asString()).startsWith("default/1@file-");
            assertThat(job.get("complexity").asString()).isEqualTo("simple");
            assertThat(job.get("task").asString()).isEqualTo("translation");
            assertThat(job.get("language").asString()).isEqualTo("el");
            assertThat(job.get("latency_sensitive").asBoolean()).isTrue();
            assertThat(printed().get(1).get("error").asString()).isEqualTo("malformed_request");
            assertThat(printed()).hasSize(3);
        }

        @Test
        void isDescribedInWordsForPeople() throws IOException {
            forecast(false, true, chat("1", "auto", "Why είναι ο ουρανός μπλε;", ""), "{}");

            assertThat(out.toString(UTF_8).lines())
                    .anySatisfy(
                            line ->
                                    assertThat(line)
                                            .startsWith(
                                                    "a.jsonl:1 deepseek-flash, by default/6@file-")
                                            .contains("moderate chat, el, reasoning;"))
                    .contains("a.jsonl:2 refused, malformed_request: has no custom_id");
        }
    }

    @Nested
    class Text {
        @Test
        void reportsThatEveryLineWouldBeSent() throws IOException {
            assertThat(forecast(false, false, chat("1", "auto", "hi", ""))).isTrue();
            assertThat(out.toString(UTF_8))
                    .contains("1 lines: 1 would be sent, 0 refused", "qwen-turbo", "no call made");
        }

        @Test
        void listsTheFirstRefusedLinesAndCountsTheRest() throws IOException {
            String[] lines = Stream.generate(() -> "{}").limit(25).toArray(String[]::new);

            assertThat(forecast(false, false, lines)).isFalse();
            assertThat(out.toString(UTF_8))
                    .contains("a.jsonl:20 malformed_request", "and 5 more; use --lines to list all")
                    .doesNotContain("a.jsonl:21");
        }
    }
}
