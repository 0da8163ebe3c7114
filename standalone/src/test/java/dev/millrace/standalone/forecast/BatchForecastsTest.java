package dev.millrace.standalone.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.gateway.estimate.CostForecast;
import dev.millrace.gateway.estimate.CostForecast.BudgetLeft;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BatchForecastsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final MillraceConfig SIMULATED =
            new ConfigLoader(Map.of()).parse("test", "").withSimulator();

    private static String chat(int id, String model, String more) {
        return "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]%s}}"
                .formatted(id, model, more);
    }

    private static Submission batch(Optional<BigDecimal> maxCost) {
        return new Submission(
                "batch_0",
                "acme",
                new Submission.InputFile("file-0", Optional.empty()),
                Endpoint.CHAT_COMPLETIONS,
                "24h",
                Map.of(),
                NOW,
                NOW.plusSeconds(4 * 86_400),
                new Submission.Spending(maxCost, Optional.empty()),
                Optional.empty(),
                "ada",
                Optional.empty());
    }

    private static CostForecast.Sums sums(
            Optional<BigDecimal> maxCost, ControlState control, String... lines) {
        CostForecast forecast = new BatchForecasts(SIMULATED).open(batch(maxCost), control, NOW);
        for (int i = 0; i < lines.length; i++) {
            if (RequestParser.parse(lines[i].getBytes(UTF_8))
                    instanceof ParseResult.Accepted(var request)) {
                forecast.add(i + 1, request);
            }
        }
        return forecast.sums();
    }

    private static JsonNode forecast(String... lines) throws IOException {
        var out = new ByteArrayOutputStream();
        var terminal = new Terminal(new PrintStream(out, true, UTF_8), System.err, false);
        try (var forecast =
                new Forecast(
                        SIMULATED,
                        ActivePolicy.configured(SIMULATED),
                        "acme",
                        NOW,
                        ForecastReport.json(terminal, false))) {
            forecast.read(
                    "a.jsonl", new ByteArrayInputStream(String.join("\n", lines).getBytes(UTF_8)));
            assertThat(forecast.end()).isTrue();
        }
        return JsonMapper.shared().readTree(out.toString(UTF_8));
    }

    @Test
    void figuresAreThoseOfTheCommands() throws IOException {
        String[] lines = {
            chat(1, "gpt-4.1", ",\"max_tokens\":100"),
            chat(2, "deepseek-flash", ",\"max_tokens\":5")
        };

        CostForecast.Sums sums = sums(Optional.empty(), ControlState.EMPTY, lines);

        JsonNode other = forecast(lines);
        assertThat(sums.total().jobs()).isEqualTo(2);
        assertThat(sums.total().usd()).isEqualByComparingTo(other.path("cost_usd").decimalValue());
        assertThat(sums.total().worstUsd())
                .isEqualByComparingTo(other.path("max_cost_usd").decimalValue());
        assertThat(sums.total().inputTokens()).isEqualTo(other.path("input_tokens").longValue());
        assertThat(sums.byModel().keySet()).containsExactly("deepseek-flash", "gpt-4.1");
        assertThat(sums.budgets()).isEmpty();
    }

    @Test
    void unknownModelIsRefusedWithItsLine() {
        CostForecast.Sums sums =
                sums(
                        Optional.empty(),
                        ControlState.EMPTY,
                        chat(1, "gpt-4.1", ""),
                        chat(2, "no-such-model", ""));

        assertThat(sums.refusedLines()).isEqualTo(1);
        assertThat(sums.refused().getFirst().line()).contains(2L);
        assertThat(sums.refused().getFirst().code()).isEqualTo("unknown_model");
    }

    @Test
    void limitBoundsTheCostOfJobsWithoutAnOutputLimit() {
        String line = chat(1, "gpt-4.1", "");

        assertThat(sums(Optional.of(BigDecimal.TEN), ControlState.EMPTY, line).total())
                .satisfies(
                        it -> {
                            assertThat(it.unboundedJobs()).isZero();
                            assertThat(it.worstUsd()).isPositive();
                        });
    }

    @Test
    void budgetsAreThoseThatPayTheBatch() {
        var today =
                new ControlKey.TenantBudget(
                        "acme", Period.DAY, Optional.of(Instant.parse("2026-11-20T00:00:00Z")));
        ControlState control =
                ControlState.EMPTY
                        .with(
                                new ControlKey.TenantLimit("acme").text(),
                                new BudgetLimit(new BigDecimal("100"), NOW, "ada").toJson())
                        .with(today.text(), state("100", "30", "5").toJson());

        CostForecast.Sums sums = sums(Optional.of(BigDecimal.TEN), control);

        assertThat(sums.budgets())
                .extracting(BudgetLeft::of, it -> it.leftUsd().intValueExact())
                .containsExactlyInAnyOrder(tuple("tenant", 65), tuple("batch", 10));
        assertThat(sums.budgets())
                .filteredOn(it -> it.of().equals("tenant"))
                .extracting(BudgetLeft::periodEnd)
                .containsExactly(Optional.of(Instant.parse("2026-11-21T00:00:00Z")));
    }

    private static BudgetState state(String limit, String spent, String reserved) {
        return new BudgetState(
                new BigDecimal(limit),
                new BigDecimal(spent),
                new BigDecimal(reserved),
                BudgetState.Waiting.NONE,
                0,
                0,
                OnExhausted.PARK,
                Optional.empty(),
                NOW);
    }
}
