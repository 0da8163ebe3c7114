package dev.millrace.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.webhooks.outbox.Event;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ControlEventsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ControlKey.TenantBudget DAY =
            new ControlKey.TenantBudget(
                    "acme", Period.DAY, Optional.of(Instant.parse("2026-11-20T00:00:00Z")));

    private static ControlState state(ControlRecord... records) {
        ControlState state = ControlState.EMPTY;
        for (ControlRecord each : records) {
            state = state.with(each.key().text(), each.value());
        }
        return state;
    }

    private static ControlRecord budget(String limit, int percent) {
        return new ControlRecord(
                DAY,
                new BudgetState(
                                new BigDecimal(limit),
                                new BigDecimal("8.5"),
                                BigDecimal.ONE,
                                new BudgetState.Waiting(3, Optional.empty(), 0),
                                2,
                                percent,
                                OnExhausted.PARK,
                                Optional.of(Instant.parse("2026-11-21T00:00:00Z")),
                                NOON)
                        .toJson());
    }

    private static List<Event> events(ControlRecord... records) {
        return ControlEvents.of(state(records), NOON);
    }

    @Nested
    class Budgets {
        @Test
        void belowTheFirstThresholdGiveNoEvent() {
            assertThat(events(budget("10", 0))).isEmpty();
        }

        @Test
        void giveAnAlertThatIncludesLowerThresholds() {
            Event event = events(budget("10", 80)).getFirst();

            assertThat(event.type()).isEqualTo(EventType.BUDGET_ALERT);
            assertThat(event.occurredAt()).isEqualTo(NOON);
            assertThat(event.includes())
                    .contains(events(budget("10", 50)).getFirst().key(), event.key());
        }

        @Test
        void giveAnEventWhenTheyAreExhausted() {
            assertThat(events(budget("10", 100)).getFirst().type())
                    .isEqualTo(EventType.BUDGET_EXHAUSTED);
        }

        @Test
        void withARaisedLimitGiveEventsAgain() {
            assertThat(events(budget("10", 80)).getFirst().key())
                    .isNotEqualTo(events(budget("20", 80)).getFirst().key());
        }
    }

    @Nested
    class Guards {
        @Test
        void giveAnEventForEachTrip() {
            var trip =
                    new Trip(
                            NOON,
                            "v3",
                            2,
                            "error_rate 0.2 > 0.1",
                            200,
                            40,
                            BigDecimal.ONE,
                            Optional.empty());
            Event event = events(trip.record("default", "gpt-4.1")).getFirst();
            Event cleared =
                    events(trip.cleared(NOON.plusSeconds(9)).record("default", "gpt-4.1"))
                            .getFirst();

            assertThat(event.type()).isEqualTo(EventType.GUARD_TRIPPED);
            assertThat(cleared.key()).isEqualTo(event.key());
        }
    }

    @Nested
    class Breakers {
        private static ControlRecord worker(String name, Instant since) {
            return new WorkerReport(
                            NOON.plusSeconds(60),
                            List.of(
                                    new WorkerReport.Open(
                                            "key 1 of openai",
                                            "authentication_error",
                                            "wrong key",
                                            since,
                                            NOON,
                                            true)))
                    .record(name);
        }

        @Test
        void ofSeveralWorkersGiveOneEvent() {
            List<Event> events = events(worker("a", NOON), worker("b", NOON.minusSeconds(5)));

            assertThat(events).hasSize(1);
            assertThat(events.getFirst().type()).isEqualTo(EventType.BREAKER_OPENED);
            assertThat(events.getFirst().occurredAt()).isEqualTo(NOON.minusSeconds(5));
            assertThat(events.getFirst().includes())
                    .contains(events(worker("a", NOON)).getFirst().key());
        }

        @Test
        void ofAListThatHasExpiredGiveNone() {
            assertThat(ControlEvents.of(state(worker("a", NOON)), NOON.plusSeconds(60))).isEmpty();
        }
    }
}
