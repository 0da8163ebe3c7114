package dev.millrace.standalone.run.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class SummaryJsonTest {
    private final SummaryBuilder builder = new SummaryBuilder();

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
