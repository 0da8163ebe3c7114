package dev.millrace.standalone.forecast;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.estimate.CostForecast;
import dev.millrace.gateway.estimate.CostForecasts;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.policy.PolicySnapshot;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forecasts of a gateway, by the rules of the router and with the policies and budgets in
 * control.
 */
public final class BatchForecasts implements CostForecasts {
    private static final int MAX_REFUSED_LINES = 100;

    private final MillraceConfig config;
    private final List<BatchBudgets> budgets;
    private final Classifier classifier = RouterTopology.classifier();

    /** Creates the forecasts of a gateway with a configuration. */
    public BatchForecasts(MillraceConfig config) {
        this.config = config;
        budgets = List.of(new BudgetsInControl(config));
    }

    @Override
    public CostForecast open(Submission batch, ControlState control, Instant now) {
        return new BatchForecast(batch, control, now);
    }

    @Override
    public long inputTokens(RequestLine request, Model model) {
        return classifier.classify(request, Instant.EPOCH).inputTokens(model).estimate();
    }

    /** The forecast of one batch. */
    private final class BatchForecast implements CostForecast {
        private final Submission batch;
        private final BatchBudgets.Left left;
        private final LineForecaster forecaster;
        private final ForecastTotals<String> totals =
                new ForecastTotals<>(MAX_REFUSED_LINES, job -> job.model().name(), Routed::maxUsd);

        private final EarliestEnd earliest = new EarliestEnd();
        private final Instant now;

        BatchForecast(Submission batch, ControlState control, Instant now) {
            this.batch = batch;
            this.now = now;
            left =
                    budgets.stream()
                            .map(it -> it.of(batch, control, now))
                            .findFirst()
                            .orElse(BatchBudgets.Left.NO_BUDGET);
            forecaster =
                    new LineForecaster(
                            config,
                            classifier,
                            PolicySnapshot.of(control, config).defaultPolicy(),
                            now);
        }

        @Override
        public void add(long number, RequestLine request) {
            var job =
                    new JobRequest(
                            JobId.of(batch.tenant(), batch.id(), request.customId()),
                            batch.tenant(),
                            request.withDefaults(
                                    batch.spending().buy().orElse(null), batch.expiresAt()),
                            !left.budgets().isEmpty(),
                            left::tenantUsd);
            LineForecast forecast = forecaster.forecast(job);
            totals.add(
                    new LineLocation(batch.inputFile(), number, request.customId(), job.jobId()),
                    forecast);
            if (forecast instanceof Routed routed) {
                earliest.add(routed);
            }
        }

        @Override
        public Sums sums() {
            Map<String, Cost> byModel = new LinkedHashMap<>();
            totals.groups().forEach((model, costs) -> byModel.put(model, cost(costs)));
            return new Sums(
                    cost(totals.all()),
                    byModel,
                    totals.refused(),
                    totals.refusedLines().stream().map(BatchForecast::error).toList(),
                    left.budgets(),
                    earliest.of(now, _ -> 0, false));
        }

        private static Cost cost(CostTotals totals) {
            return new Cost(
                    totals.jobs(),
                    totals.inputTokens(),
                    totals.outputTokens(),
                    totals.usd(),
                    totals.boundedUsd(),
                    totals.unbounded());
        }

        private static LineError error(ForecastTotals.RefusedLine refused) {
            return new LineError(
                    Optional.of(refused.line().number()),
                    refused.refusal().error().code(),
                    refused.refusal().reason(),
                    Optional.empty());
        }
    }
}
