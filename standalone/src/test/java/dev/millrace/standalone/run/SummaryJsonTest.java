package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.status.BudgetStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryJsonTest {
    private final SummaryBuilder builder = new SummaryBuilder();

    @Test
    void budgetsForWhichLinesWaitAreNamed() {
        var state =
                new BudgetState(
                        BigDecimal.TWO,
                        BigDecimal.ONE,
                        BigDecimal.ZERO,
                        new BudgetState.Waiting(7, Optional.of(new BigDecimal("1.5")), 1),
                        0,
                        50,
                        OnExhausted.PARK,
                        Optional.empty(),
                        Instant.EPOCH);
        builder.onWaiting(
                9,
                List.of(
                        new BudgetStatus(new ControlKey.BatchBudget("acme", "b"), state),
                        new BudgetStatus(ControlKey.TenantBudget.total("acme"), state)));
        Summary summary = builder.toSummary("out.jsonl", 1_500, null, false);

        assertThat(SummaryJson.of(summary))
                .contains(
                        """
                        "complete":false,"waiting":9,"budgets":[\
                        {"tenant":"acme","batch":"b","limit_usd":2,"spent_usd":1,"reserved_usd":0,"exceeded_usd":0,"waiting_jobs":7,"needed_usd":1.5,"unaffordable_jobs":1},\
                        {"tenant":"acme","batch":null,"limit_usd":2,"spent_usd":1,"reserved_usd":0,"exceeded_usd":0,"waiting_jobs":7,"needed_usd":1.5,"unaffordable_jobs":1}]""");
        assertThat(SummaryTable.of(summary))
                .contains("waiting          9 (for money)")
                .contains(
                        "  budget         1 of 2 USD spent, by batch b of acme; the next job needs 1.5;"
                                + " 1 job needs more than is left")
                .contains(
                        "  budget         1 of 2 USD spent, by tenant acme; the next job needs 1.5");
    }

    @Test
    void namesAndOrderOfPropertiesAreStable() {
        builder.onResult(
                new SummaryBuilder.LineResult(
                        null, "m", false, new BigDecimal("0.0000001"), 1, 800, 40));
        builder.onCost("m", TokenUsage.of(12, 3), new BigDecimal("0.0000001"), false);
        builder.onSaved(new BigDecimal("0.0000003"));
        builder.onDeadLetter(
                new Summary.DeadLetterLine("a.jsonl", 2, "malformed_request", "not \"JSON\""),
                false);

        assertThat(SummaryJson.of(builder.toSummary("out.jsonl", 1_500, null, true)))
                .isEqualTo(
                        """
                        {"jobs":2,"succeeded":1,"failed":0,"dead_letters":1,"reused":0,"cached":1,\
                        "uncertain":0,"input_tokens":12,"output_tokens":3,"cost_usd":0.0000001,\
                        "reused_cost_usd":0,"saved_usd":0.0000003,"duration_ms":1500,"first_result_ms":null,\
                        "upstream_p50_ms":800,"upstream_p95_ms":800,"queue_p50_ms":40,\
                        "queue_p95_ms":40,"output":"out.jsonl","complete":true,"waiting":0,"budgets":[],\
                        "by_model":[{"model":"m","jobs":1,"succeeded":1,"failed":0,\
                        "input_tokens":12,"output_tokens":3,"cost_usd":0.0000001,\
                        "upstream_p50_ms":800,"upstream_p95_ms":800}],\
                        "by_error":{"malformed_request":1},\
                        "dead_letter_lines":[{"file":"a.jsonl","line":2,\
                        "reason":"malformed_request","message":"not \\"JSON\\""}]}""");
    }
}
