package dev.millrace.gateway.estimate;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import dev.millrace.gateway.estimate.CostForecast.BudgetLeft;
import dev.millrace.gateway.estimate.CostForecast.Cost;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The estimate of a batch.
 *
 * @param checked errors for which the batch would fail
 * @param sums costs of the lines without an error
 */
public record BatchEstimate(Submission batch, Checked checked, CostForecast.Sums sums) {
    /** How much of a batch a budget pays. */
    private enum Cover {
        NO("no"),
        EXPECTED("expected"),
        WORST_CASE("worst_case");

        private final String word;

        Cover(String word) {
            this.word = word;
        }

        private static Cover of(BudgetLeft budget, Cost cost) {
            if (cost.unboundedJobs() == 0 && budget.leftUsd().compareTo(cost.worstUsd()) >= 0) {
                return WORST_CASE;
            }
            return budget.leftUsd().compareTo(cost.usd()) >= 0 ? EXPECTED : NO;
        }
    }

    /** Returns false if limits of models do not let all jobs start within the batch's window. */
    public boolean isInTime() {
        return !sums.earliestEnd().isAfter(batch.expiresAt());
    }

    /** Returns the answer to the request. */
    public ObjectNode toJson() {
        ObjectNode json = JsonFields.object();
        json.put("object", "batch.estimate");
        json.put("input_file_id", batch.inputFile());
        json.put("endpoint", batch.endpoint().url());
        json.put("lines", checked.lines());
        if (checked.errors().isEmpty()) {
            json.putNull("errors");
        } else {
            write(json.putObject("errors"), checked.errors());
        }
        json.put("refused_lines", sums.refusedLines());
        if (sums.refusedLines() == 0) {
            json.putNull("refused");
        } else {
            write(json.putObject("refused"), sums.refused());
        }
        write(json, sums.total());
        var models = json.putArray("by_model");
        sums.byModel().forEach((name, cost) -> write(models.addObject().put("model", name), cost));
        var budgets = json.putArray("budgets");
        sums.budgets().forEach(it -> write(budgets.addObject(), it));
        json.put(
                "fits",
                sums.budgets().stream()
                        .allMatch(it -> Cover.of(it, sums.total()).compareTo(Cover.NO) > 0));
        json.put("earliest_end", sums.earliestEnd().toString());
        json.put("in_time", isInTime());
        return json;
    }

    private static void write(ObjectNode json, List<LineError> errors) {
        json.put("object", "list");
        var data = json.putArray("data");
        errors.forEach(it -> data.add(it.toJson()));
    }

    private static void write(ObjectNode json, Cost cost) {
        json.put("jobs", cost.jobs());
        json.put("input_tokens", cost.inputTokens());
        json.put("output_tokens", cost.outputTokens());
        json.put("cost_usd", Usd.normalised(cost.usd()));
        json.put("worst_case_cost_usd", Usd.normalised(cost.worstUsd()));
        json.put("unbounded_jobs", cost.unboundedJobs());
    }

    private void write(ObjectNode json, BudgetLeft budget) {
        json.put("of", budget.of());
        json.put("limit_usd", Usd.normalised(budget.limitUsd()));
        json.put("left_usd", Usd.normalised(budget.leftUsd()));
        json.put("period_end", budget.periodEnd().map(Object::toString).orElse(null));
        json.put("covers", Cover.of(budget, sums.total()).word);
    }
}
