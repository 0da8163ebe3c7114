package dev.millrace.standalone.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.testclusters.browser.Browser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shows a running pipeline, whose policy has a ramp and a guard, in a browser. */
class LiveDashboardIT {
    private static final int MAX_IN_FLIGHT = 40;
    private static final int MAX_OLD = 30;
    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: {} }
            models:
              old: { provider: simulator, price: { input: 1, output: 2 }, limits: { concurrency: %d } }
              new: { provider: simulator, price: { input: 2, output: 4 } }
            worker: { max_in_flight: %d }
            policies:
              default:
                rules:
                  - split: [ { model: old, weight: 75 }, { model: new, weight: 25 } ]
                    ramp: { arm: new, steps: [25, 50], each: { good_results: 10000 } }
                    guard: { arm: new, error_rate: 5, cost_ratio: 10, over: 200 }
            gateway: { listen: "127.0.0.1:0" }
            """
                    .formatted(MAX_OLD, MAX_IN_FLIGHT);
    private static final String SLOW = "{\"latency\":\"2s\"}";
    private static final String FAST = "{}";
    private static final String BROKEN = "{\"failures\":{\"content_filter\":1}}";

    @TempDir private Path folder;
    private ServedPipeline pipeline;
    private Browser browser;

    @BeforeEach
    void start() throws IOException {
        browser = Browser.start();
        pipeline = ServedPipeline.start(folder, CONFIG);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private void behave(String behaviour) {
        pipeline.behave("old", behaviour);
        pipeline.behave("new", behaviour);
    }

    private void submit(String batch, int jobs, String priority) throws IOException {
        String lines =
                IntStream.range(0, jobs)
                        .mapToObj(
                                it ->
                                        """
                                        {"custom_id":"%1$d","method":"POST","url":"/v1/chat/completions","body":{"model":"auto","max_tokens":50,"messages":[{"role":"user","content":"Where is parcel %1$d?"}]},"millrace":{"priority":"%2$s"}}
                                        """
                                                .formatted(it, priority))
                        .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve(batch), lines);
        assertThat(pipeline.run("submit", file.toString()).code()).isEqualTo(ExitCode.OK);
    }

    /** Returns the rows of a table by the name in their first cell. */
    private Map<String, List<String>> rows(String css) {
        return browser.rows(css).stream()
                .collect(Collectors.toMap(List::getFirst, Function.identity()));
    }

    /** Returns the row with a name in its first cell. */
    private static List<String> row(Map<String, List<String>> rows, String name) {
        return rows.getOrDefault(name, List.of());
    }

    /**
     * Returns the number at the beginning of a text such as {@code 1,204 of 2,000} or {@code
     * 3.5/s}.
     */
    private static double number(String text) {
        return Double.parseDouble(text.split("[ /]", 2)[0].replace(",", ""));
    }

    private static double number(Map<String, List<String>> rows, String row, int column) {
        return number(rows.getOrDefault(row, List.of("", "0", "0", "0")).get(column));
    }

    @Test
    void showsWhatTheLanesAndModelsDo() throws Exception {
        behave(SLOW);
        submit("urgent", 1_000, "high");
        submit("rest", 2_000, "normal");
        browser.open(pipeline.server().dashboardUrl());

        browser.awaitText("#tile-running .more", "of 40 calls, 1 worker");
        // The jobs that wait decrease until the last one starts, and both arms finish some.
        await().ignoreExceptions()
                .untilAsserted(
                        () -> {
                            var lanes = rows("#lanes");
                            assertThat(number(lanes, "high", 1)).isPositive();
                            assertThat(number(lanes, "normal", 2)).isBetween(1.0, 2_000.0);
                            assertThat(number(browser.find("#tile-running .value").getText()))
                                    .isBetween(1.0, (double) MAX_IN_FLIGHT);
                            assertThat(rows("#models").keySet()).contains("old", "new");
                            String limit =
                                    row(rows("#limits"), "models.old.limits.concurrency").get(2);
                            assertThat(limit).endsWith(" of " + MAX_OLD);
                            assertThat(number(limit)).isBetween(1.0, (double) MAX_OLD);
                        });

        behave(FAST);
        browser.awaitText("#batches", "done");
        browser.awaitValue(
                "[...document.querySelectorAll('#batches .badge')].map(it => it.textContent)",
                "done,done");
        browser.awaitText("#tile-running .value", "0");
        assertThat(row(rows("#batches"), "rest")).contains("100 % of 2,000");
        assertThat(browser.log()).isEmpty();
    }

    @Tag("long")
    @Test
    void showsBothArmsSideBySideAndTheTripOfTheGuard() throws Exception {
        browser.open(pipeline.server().dashboardUrl());
        submit("healthy", 400, "normal");
        browser.awaitText("#batches", "done");

        awaitArms();
        Map<String, List<String>> healthy = rows("#arms");
        assertThat(row(healthy, "old").subList(2, 4)).containsExactly("in use", "–");
        assertThat(row(healthy, "new").subList(2, 4))
                .containsExactly("25 %, step 1 of 2", "errors 5 %, cost 10 × over 200 jobs");
        assertThat(row(healthy, "new").get(1)).startsWith("default rule 1 @file-");
        assertThat(healthy.values()).allSatisfy(it -> assertThat(it.get(5)).isEqualTo("0"));

        pipeline.behave("new", BROKEN);
        submit("broken", 400, "normal");
        browser.awaitText("#arms", "tripped");
        browser.awaitText("#attention", "Guard tripped new of policy default.");
        browser.awaitValue(
                "[...document.querySelectorAll('#batches .badge')].map(it => it.textContent)",
                "done, with failures,done");
        awaitArms();
        Map<String, List<String>> tripped = rows("#arms");
        assertThat(number(tripped, "new", 5))
                .isGreaterThanOrEqualTo(11)
                .isEqualTo(
                        (double)
                                pipeline.run("results", "broken", "--failed")
                                        .out()
                                        .lines()
                                        .count());
        assertThat(row(tripped, "old").get(5)).isEqualTo("0");
        assertThat(browser.log()).isEmpty();
    }

    /** Waits until the jobs and costs of the arms match the database. */
    private void awaitArms() {
        await().ignoreExceptions()
                .untilAsserted(
                        () -> {
                            Map<String, List<String>> shown = rows("#arms");
                            Map<String, List<String>> stored = storedArms();
                            assertThat(shown).hasSameSizeAs(stored).hasSize(2);
                            stored.forEach(
                                    (arm, figures) ->
                                            assertThat(row(shown, arm))
                                                    .containsSubsequence(figures));
                        });
    }

    /** Returns jobs and the cost of 1,000 jobs by arm, from the database. */
    private Map<String, List<String>> storedArms() {
        return pipeline.run("costs", "--by", "arm", "--json")
                .out()
                .lines()
                .map(it -> new JsonMapper().readTree(it))
                .collect(
                        Collectors.toMap(
                                it -> it.path("arm").asString(), LiveDashboardIT::figures));
    }

    private static List<String> figures(JsonNode arm) {
        BigDecimal perThousand =
                arm.path("cost_usd")
                        .decimalValue()
                        .movePointRight(3)
                        .divide(arm.path("jobs").decimalValue(), 6, RoundingMode.HALF_UP);
        return List.of(arm.path("jobs").asString(), perThousand.toPlainString() + " USD");
    }
}
