package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The router reads a first limit after it began to plan a job, and before it reserves its money.
 */
class LimitWhileAJobIsPlannedTest {
    private static final ControlKey.Limit TENANT = new ControlKey.TenantLimit("default");

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private void limit(String usd) {
        var limit = new BudgetLimit(new BigDecimal(usd), router.clock.instant(), "me");
        router.control = router.control.with(TENANT.text(), limit.toJson());
        router.budgets = new BudgetAccounts(Map.of(), Map.of(), router.control.budgets().limits());
    }

    /** Plans a job whose attempts cost at most 2.00018 USD each. */
    private void sendBefore(String limit) {
        var classifier = new RuleBasedClassifier();
        router.classifier =
                (line, now) -> {
                    limit(limit);
                    return classifier.classify(line, now);
                };
        router.send(
                """
                {"custom_id":"a","method":"POST","url":"/v1/chat/completions",\
                "millrace":{"max_cost_usd":3},\
                "body":{"model":"small","max_tokens":1000000,"messages":[]}}\
                """,
                SubmissionHeaders.NONE);
        for (int i = 0; i < 100; i++) {
            router.pass(Duration.ofMillis(20));
        }
    }

    @Test
    void jobIsReservedUnderTheLimit() throws UnreadableHeader {
        sendBefore("5");

        var job = router.jobs("small").getFirst();

        assertThat(JobHeaders.read(job.headers()).costLimit())
                .extracting(JobCostLimit::reservedUsd, JobCostLimit::maxUsd)
                .containsExactly(new BigDecimal("2.00018"), new BigDecimal("3"));
    }

    @Test
    void jobIsRefusedIfTheLimitDoesNotCoverIt() {
        sendBefore("1");

        assertThat(router.jobs("small")).isEmpty();
    }
}
