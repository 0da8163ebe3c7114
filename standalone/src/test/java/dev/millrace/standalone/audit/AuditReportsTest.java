package dev.millrace.standalone.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AuditReportsTest {
    private static final String ATTACK = "</script><script>alert(1)</script>";

    private static final AuditFigures FIGURES =
            Logs.figures(
                    List.of(
                            Logs.line("gpt-4.1-2025-04-14", 1_000_000, 0),
                            Logs.line("in-house\\u001b[31m", 5, 6),
                            Logs.line(ATTACK, 7, 8),
                            "{\"model\":\"<img src=x onerror=alert(1)>\"}"));

    private static String print(BiConsumer<AuditFigures, PrintStream> report) {
        var bytes = new ByteArrayOutputStream();
        report.accept(FIGURES, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class TheTables {
        private final String text = print(TextAuditReport::print);

        @Test
        void listCostsAndCheaperModels() {
            assertThat(text)
                    .containsPattern("gpt-4.1 +1 +1,000,000 +0 +0 +0 +0")
                    .containsPattern("gpt-4.1 +none +2.5 +0.0 % +gemini-2.5-flash +0.3 +88.0 %")
                    .contains("no projection: the log has no times");
        }

        @Test
        void nameWhatIsNotPriced() {
            assertThat(text)
                    .contains("gpt-4.1-2025-04-14: priced as gpt-4.1")
                    .contains(": 1 requests, 7 + 8 tokens")
                    .contains("log.jsonl:4 has no token counts");
        }

        @Test
        void stateTheirRules() {
            assertThat(text).contains(AuditRules.all());
        }

        @Test
        void printNoControlCharacterOfALog() {
            assertThat(text).contains("in-house?[31m").doesNotContain("\u001b");
        }
    }

    @Nested
    class TheJson {
        private final JsonNode json = new JsonMapper().readTree(print(JsonAuditReport::print));

        @Test
        void hasExactFigures() {
            JsonNode model = json.path("by_model").path(0);

            assertThat(model.path("cost_usd").decimalValue()).isEqualByComparingTo("2.5");
            assertThat(model.path("any_tier").path("saved_usd").decimalValue())
                    .isEqualByComparingTo("2.2");
            assertThat(model.path("same_tier").isNull()).isTrue();
            assertThat(json.path("unknown_models").size()).isEqualTo(2);
            assertThat(json.path("unreadable").path(0).path("line").intValue()).isEqualTo(4);
        }
    }

    @Nested
    class ThePage {
        private final String page = HtmlAuditReport.of(FIGURES);

        @Test
        void showsNamesOfModelsAsText() {
            assertThat(page)
                    .contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
                    .doesNotContain(ATTACK)
                    .doesNotContain("<img");
        }

        @Test
        void hasExactlyItsOwnScripts() {
            assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(3);
        }

        @Test
        void allowsItsContentByHashAndNothingElse() {
            Matcher policy =
                    Pattern.compile("Content-Security-Policy\" content=\"([^\"]+)\"").matcher(page);
            assertThat(policy.find()).isTrue();
            List<String> contents =
                    Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL)
                            .matcher(page)
                            .results()
                            .map(it -> it.group(2))
                            .toList();
            assertThat(contents).hasSize(3);
            assertThat(policy.group(1))
                    .contains(
                            contents.stream()
                                    .map(it -> new PageResource(it).policySource())
                                    .toList());
            assertThat(policy.group(1))
                    .startsWith("default-src 'none'; script-src 'sha256-")
                    .doesNotContain("unsafe");
        }

        @Test
        void loadsNothing() {
            assertThat(page).doesNotContain("src=", "href=", "sourceMappingURL", "@import");
        }

        @Test
        void embedsDataThatCannotEndItsScript() {
            assertThat(Html.embedded("{\"a\":\"</script>&\"}"))
                    .isEqualTo("{\"a\":\"\\u003c/script\\u003e\\u0026\"}");
        }

        @Test
        void hasATableForEveryChart() {
            assertThat(Pattern.compile("<canvas").matcher(page).results()).hasSize(2);
            assertThat(page).contains("gemini-2.5-flash", "88.0 %");
        }
    }
}
