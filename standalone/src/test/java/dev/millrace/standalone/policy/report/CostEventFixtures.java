package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.PolicyReader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Route;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Creates final cost events, for a policy with a split in its second rule. */
final class CostEventFixtures {
    static final String RULE = "default/2@v7";

    static final Policy POLICY =
            policy(
                    """
                    - { when: { complexity: simple }, use: [qwen-turbo] }
                    - split: [ { model: gpt-4.1, weight: 90 }, { model: claude-sonnet-4.5, weight: 10 } ]
                      ramp: { arm: claude-sonnet-4.5, steps: [1, 5, 10], each: { good_results: 500 } }
                      guard: { arm: claude-sonnet-4.5, error_rate: 5, over: 200 }
                    """);

    static final String OLD = "gpt-4.1";
    static final String NEW = "claude-sonnet-4.5";

    private static int jobs;

    private CostEventFixtures() {}

    static Policy policy(String rules) {
        var yaml = "policies:\n  p:\n    rules:\n" + rules.indent(6);
        return PolicyReader.parse("test", yaml, Catalog.shipped()).values().iterator().next();
    }

    /** Creates the event of an answered job. */
    static CostEvent answer(String rule, String arm, String usd, long millis) {
        return event(rule, arm, arm, null, 1, usd, millis);
    }

    /** Creates the event of a job that failed after a call. */
    static CostEvent error(String rule, String arm, String code, String usd) {
        return event(rule, arm, arm, code, 1, usd, 5);
    }

    /** Creates the event of a job that ended without a call. */
    static CostEvent withoutCall(String rule, String arm, @Nullable String code) {
        return event(rule, arm, null, code, 0, "0", 0);
    }

    static CostEvent event(
            String rule,
            String arm,
            @Nullable String model,
            @Nullable String code,
            int attempts,
            String usd,
            long millis) {
        var none = CostEvent.withoutCall(new JobId("%032x".formatted(++jobs)), "t", "b");
        var end =
                new JobEnd(
                        new Route(rule, arm),
                        Lane.NORMAL,
                        code,
                        attempts,
                        new BigDecimal(usd),
                        millis);
        if (attempts > 0) {
            end = end.calledAgo(millis);
        }
        return new CostEvent(
                none.eventId(),
                true,
                new BatchJob(none.jobId(), none.tenant(), none.batch()),
                null,
                Route.NONE,
                new AttemptCost(
                        model,
                        model == null ? null : "p",
                        attempts,
                        none.kind(),
                        PricedUsage.of(none.usage(), null, null),
                        none.costUsd(),
                        none.savedUsd()),
                none.reservedUsd(),
                end);
    }
}
