package dev.millrace.router.budget;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.plan.PlanAddition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the costs of jobs that a budget pays. Thread-safe.
 *
 * @param reading reads the budgets in force from the state of control
 */
public record BudgetPlanning(Function<ControlState, BudgetSnapshot> reading)
        implements PlanAddition {
    /** Returns the planning of a configuration, which reads each state of control once. */
    public static BudgetPlanning of(MillraceConfig config) {
        return new BudgetPlanning(new Last(config));
    }

    private static final class Last implements Function<ControlState, BudgetSnapshot> {
        private final MillraceConfig config;
        private volatile @Nullable BudgetSnapshot last;

        Last(MillraceConfig config) {
            this.config = config;
        }

        @Override
        public BudgetSnapshot apply(ControlState control) {
            BudgetSnapshot snapshot = last;
            if (snapshot == null || snapshot.control() != control) {
                snapshot = BudgetSnapshot.of(control, config);
                last = snapshot;
            }
            return snapshot;
        }
    }

    @Override
    public boolean boundsCost(JobIdentity job, ControlState control, Instant now) {
        return !reading.apply(control)
                .accounts()
                .of(job.tenant(), job.batch(), job.apiKey(), job.batchLimitUsd(), now)
                .isEmpty();
    }

    @Override
    public @Nullable BigDecimal budgetLeft(String tenant, ControlState control, Instant now) {
        return reading.apply(control).budgetLeft(tenant, now);
    }
}
