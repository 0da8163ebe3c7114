package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LimitChangesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final BatchLimit OLD = new BatchLimit("acme", "old");

    private static BudgetLimit limit(Instant at) {
        return new BudgetLimit(BigDecimal.TWO, at, "me");
    }

    private static ControlState after(ControlState before, Change<?> change) {
        ControlState state = before;
        for (ControlRecord record : change.records()) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    private static ControlState set(ControlState state, ControlKey.Limit key, Instant at) {
        return after(state, LimitChanges.set(state, List.of(key), limit(at)));
    }

    private static ControlState waiting(ControlState state, BatchLimit key, int jobs) {
        var budget =
                new BudgetState(
                        BigDecimal.TWO,
                        BigDecimal.TWO,
                        BigDecimal.ZERO,
                        new BudgetState.Waiting(jobs, Optional.empty(), 0),
                        0,
                        100,
                        OnExhausted.PARK,
                        Optional.empty(),
                        NOON);
        return state.with(
                new ControlKey.BatchBudget(key.tenant(), key.batch()).text(), budget.toJson());
    }

    @Nested
    class ALimitThatIsSet {
        @Test
        void replacesTheLimitBefore() {
            var key = new TenantLimit("acme");

            var state = set(set(ControlState.EMPTY, key, NOON), key, NOON.plusSeconds(1));

            assertThat(state.budgets().limits())
                    .containsEntry(key, limit(NOON.plusSeconds(1)))
                    .hasSize(1);
        }

        @Test
        void isWrittenForEachKey() {
            var change =
                    LimitChanges.set(
                            ControlState.EMPTY,
                            List.of(OLD, new BatchLimit("other", "old")),
                            limit(NOON));

            assertThat(after(ControlState.EMPTY, change).budgets().limits()).hasSize(2);
        }
    }

    @Nested
    class AnOldLimit {
        private static final Instant LATER = NOON.plus(LimitChanges.RETENTION).plusSeconds(1);
        private final ControlState state = set(ControlState.EMPTY, OLD, NOON);

        @Test
        void ofABatchIsRemovedWithTheNextChange() {
            assertThat(set(state, new TenantLimit("acme"), LATER).budgets().limits())
                    .containsOnlyKeys(new TenantLimit("acme"));
        }

        @Test
        void staysWhileJobsWait() {
            assertThat(
                            set(waiting(state, OLD, 1), new TenantLimit("acme"), LATER)
                                    .budgets()
                                    .limits())
                    .containsKey(OLD);
        }

        @Test
        void ofATenantStays() {
            var tenant = set(ControlState.EMPTY, new TenantLimit("acme"), NOON);

            assertThat(set(tenant, OLD, LATER).budgets().limits())
                    .containsOnlyKeys(new TenantLimit("acme"), OLD);
        }
    }

    @Nested
    class ALimitThatIsCleared {
        @Test
        void isRemoved() {
            var state = set(ControlState.EMPTY, OLD, NOON);
            var change = LimitChanges.clear(state, OLD);

            assertThat(change.result()).isTrue();
            assertThat(after(state, change).budgets().limits()).isEmpty();
        }

        @Test
        void changesNothingIfItWasNotSet() {
            var change = LimitChanges.clear(ControlState.EMPTY, OLD);

            assertThat(change.result()).isFalse();
            assertThat(change.records()).isEmpty();
        }
    }
}
