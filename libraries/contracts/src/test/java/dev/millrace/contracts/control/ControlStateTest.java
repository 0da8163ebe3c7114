package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ControlStateTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Policy CHEAP = new Policy(Policy.SHIPPED.rules().subList(5, 7));

    @Nested
    class WhenAPolicyHasSeveralVersions {
        private final ControlState state =
                after(version(2, CHEAP), version(10, Policy.SHIPPED), version(9, CHEAP));

        @Test
        void theHighestIsInForceInAnyOrder() {
            var current = state.policy("default").orElseThrow();

            assertThat(current.version()).isEqualTo(10);
            assertThat(current.label()).isEqualTo("v10");
            assertThat(current.policy()).isEqualTo(Policy.SHIPPED);
            assertThat(state.policies()).containsOnlyKeys("default");
        }

        @Test
        void historyIsInVersionOrder() {
            assertThat(state.history("default"))
                    .extracting(AppliedPolicy::version)
                    .containsExactly(2, 9, 10);
        }

        @Test
        void removingTheHighestRestoresThePreviousOne() {
            var before = state.with("policy/default/10", null);

            assertThat(before.policy("default").orElseThrow().version()).isEqualTo(9);
            assertThat(before.lastVersion("default")).isEqualTo(9);
        }

        @Test
        void removingTheLastVersionRemovesThePolicy() {
            var none =
                    state.with("policy/default/10", null)
                            .with("policy/default/9", null)
                            .with("policy/default/2", null);

            assertThat(none.policies()).isEmpty();
            assertThat(none.lastVersion("default")).isZero();
        }

        @Test
        void doesNotChangeEarlierStates() {
            var _ = state.with("policy/default/11", version(11, CHEAP).value());

            assertThat(state.lastVersion("default")).isEqualTo(10);
        }
    }

    @Nested
    class WhenRecordsOfOneKindChange {
        private final ControlStateBuilder builder = new ControlStateBuilder();

        private ControlState after(ControlKey key, String value) {
            var _ = builder.add(key.text(), value.getBytes(UTF_8));
            return builder.state();
        }

        @Test
        void othersAreTheSameObjects() {
            ControlState before = after(new ControlKey.PauseAll(), "{}");
            ControlState after = after(new ControlKey.Report("worker-1"), "{}");

            assertThat(after.cancellations()).isSameAs(before.cancellations());
            assertThat(after.commands()).isSameAs(before.commands());
            assertThat(after.budgets()).isSameAs(before.budgets());
        }

        @Test
        void oneMoreCancellationCostsLittleBesideManyOthers() {
            byte[] value =
                    new OperatorCommand(NOON, "ada").record(new ControlKey.PauseAll()).value();
            for (int i = 0; i < 50_000; i++) {
                var _ = builder.add("cancel/batch/acme/b" + i, value);
            }
            ControlState before = builder.state();
            long allocated = allocatedBytes();

            var _ = builder.add("cancel/batch/acme/one more", value);
            ControlState after = builder.state();

            // A copy of all of them would take 2 MB.
            assertThat(allocatedBytes() - allocated).isLessThan(100_000);
            assertThat(before.cancellations()).hasSize(50_000);
            assertThat(after.cancellations()).hasSize(50_001);
        }

        private static long allocatedBytes() {
            return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getCurrentThreadAllocatedBytes();
        }

        @Test
        void budgetsOfATenantAreFoundByItsName() {
            var batch = new ControlKey.BatchBudget("acme", "b");
            var day = new ControlKey.TenantBudget("acme", Period.DAY, Optional.of(NOON));
            var total = ControlKey.TenantBudget.total("acme");
            String state =
                    """
                    {"limit_usd":1,"spent_usd":0,"reserved_usd":0,"waiting_jobs":0,"unaffordable_jobs":0,
                     "rejected_jobs":0,"alert_percent":0,"at":"2026-11-20T12:00:00Z"}
                    """;
            List.of(batch, day, total).forEach(it -> after(it, state));
            assertThat(builder.state().budgets().states()).containsOnlyKeys(batch, day, total);
            assertThat(builder.state().budgets().ofTenant("acme")).containsOnly(day, total);
            assertThat(builder.state().budgets().ofTenant("other")).isEmpty();

            var _ = builder.add(day.text(), null);
            var _ = builder.add(batch.text(), null);

            assertThat(builder.state().budgets().ofTenant("acme")).containsOnly(total);
        }

        @Test
        void stateKeepsTheCommandsThatItWasBuiltWith() {
            var command = new OperatorCommand(NOON, "ada").record(new ControlKey.PauseAll());
            var _ = builder.add(command.key().text(), command.value());
            ControlState paused = builder.state();
            var _ = builder.add(command.key().text(), null);

            assertThat(paused.isPaused()).isTrue();
            assertThat(builder.state().isPaused()).isFalse();
        }
    }

    @Nested
    class WhenATripHasNumbersWithTooManyDigits {
        @Test
        void isIgnored() {
            for (String cost : List.of("1e2000000000", "1e700000000", "1e-700000000")) {
                var trip =
                        """
                        {"tripped_at":"2026-11-20T12:00:00Z","version":"v1","rule":1,"reason":"r",
                         "jobs":1,"errors":1,"cost_usd":%s}"""
                                .formatted(cost);

                var state = ControlState.EMPTY.with("guard/default/new", trip.getBytes(UTF_8));

                assertThat(state.unreadable()).containsExactly("guard/default/new");
            }
        }
    }

    @Nested
    class WhenAVersionNumberIsTooHigh {
        @Test
        void isIgnoredAndLeavesRoomForFurtherVersions() {
            var state =
                    after(version(7, CHEAP))
                            .with("policy/default/2147483647", "{}".getBytes(UTF_8))
                            .with("policy/default/99999999999999999999", "{}".getBytes(UTF_8));

            assertThat(state.lastVersion("default")).isEqualTo(7);
            assertThat(state.unreadable())
                    .containsExactlyInAnyOrder(
                            "policy/default/2147483647", "policy/default/99999999999999999999");
            assertThat(state.unreadableVersions()).isEmpty();
            assertThat(state.with("policy/default/2147483647", null).unreadable()).hasSize(1);
        }
    }

    @Nested
    class WhenAVersionCannotBeRead {
        private final ControlState state =
                after(version(1, CHEAP))
                        .with("policy/default/2", "{\"version\":2}".getBytes(UTF_8));

        @Test
        void thePreviousVersionStaysInForce() {
            assertThat(state.policy("default").orElseThrow().version()).isEqualTo(1);
            assertThat(state.unreadable()).containsExactly("policy/default/2");
        }

        @Test
        void itsNumberIsNotReused() {
            assertThat(state.lastVersion("default")).isEqualTo(2);
        }

        @Test
        void isReportedUntilALaterVersionIsReadable() {
            assertThat(state.unreadableVersions()).containsOnly(Map.entry("default", 2));
            var later = state.with("policy/default/3", version(3, CHEAP).value());
            assertThat(later.unreadableVersions()).isEmpty();
        }

        @Test
        void aReadableRecordReplacesIt() {
            var repaired = state.with("policy/default/2", version(2, CHEAP).value());

            assertThat(repaired.policy("default").orElseThrow().version()).isEqualTo(2);
            assertThat(repaired.unreadable()).isEmpty();
        }
    }

    @Nested
    class WhenARecordIsForeign {
        @Test
        void isIgnored() {
            for (var key :
                    List.of(
                            "",
                            "/",
                            "policy",
                            "policy/default/0",
                            "policy/default/007",
                            "policy/a/b/c",
                            "pause/some",
                            "first-use/millrace.worker/jobs/3",
                            "cancel/job/nothing",
                            "models/gpt")) {
                var state = ControlState.EMPTY.with(key, "garbage".getBytes(UTF_8));

                assertThat(state.unreadable()).as(key).isEmpty();
                assertThat(state.policies()).isEmpty();
            }
        }

        @Test
        void rejectsAValueOfAnotherKey() {
            var state = ControlState.EMPTY.with("policy/default/3", version(2, CHEAP).value());

            assertThat(state.unreadable()).containsExactly("policy/default/3");
        }

        @Test
        void rejectsAPolicyWithReferences() {
            var value =
                    """
                    {"version":1,"policy":"rules: [ { use: [\\"${HOME}\\"] } ]",\
                    "applied_at":"2026-11-20T12:00:00Z","by":"x"}"""
                            .getBytes(UTF_8);

            assertThat(ControlState.EMPTY.with("policy/default/1", value).unreadable())
                    .containsExactly("policy/default/1");
        }
    }

    @Nested
    class WhenARampIsRunning {
        private final ControlState state =
                after(new RampStep("v7", "gpt-4.1", 1, 5, NOON).record("default", 5));

        @Test
        void returnsItsStep() {
            assertThat(state.rampStep("default", 5, "v7").orElseThrow().share()).isEqualTo(5);
        }

        @Test
        void isIgnoredByOtherVersionsAndRules() {
            assertThat(state.rampStep("default", 5, "v8")).isEmpty();
            assertThat(state.rampStep("default", 4, "v7")).isEmpty();
            assertThat(state.rampStep("other", 5, "v7")).isEmpty();
        }
    }

    @Nested
    class WhenAGuardHasTripped {
        private static final Catalog CATALOG =
                Catalog.of(
                        List.of(
                                Model.of("a/b", "p", Price.of("1", "2"))
                                        .withAliases(List.of("alias"))));

        private final Trip trip =
                new Trip(
                        NOON, "v7", 5, "6 errors of 100", 100, 6, BigDecimal.ONE, Optional.empty());
        private final ControlState state = after(trip.record("default", "a/b"));

        @Test
        void holdsForTheArmInEveryVersion() {
            assertThat(state.trip("default", "a/b", CATALOG)).contains(trip);
            assertThat(state.trip("default", "other", CATALOG)).isEmpty();
            assertThat(state.trip("other", "a/b", CATALOG)).isEmpty();
        }

        @Test
        void endsWhenCleared() {
            var cleared = after(trip.cleared(NOON).record("default", "a/b"));

            assertThat(cleared.trip("default", "a/b", CATALOG)).isEmpty();
            assertThat(cleared.lastTrip("default", "a/b", CATALOG)).isPresent();
        }

        @Test
        void isFoundByAnyNameOfTheModel() {
            var underAlias = after(trip.record("default", "alias"));

            assertThat(state.trip("default", "alias", CATALOG)).contains(trip);
            assertThat(underAlias.trip("default", "a/b", CATALOG)).contains(trip);
        }

        @Test
        void aTripInForceWinsOverALaterClearedOne() {
            var both =
                    after(
                            trip.record("default", "alias"),
                            trip.cleared(NOON.plusSeconds(9)).record("default", "a/b"));

            assertThat(both.lastTrip("default", "a/b", CATALOG)).contains(trip);
        }
    }

    @Nested
    class WhenABatchIsCancelled {
        private static final JobId JOB = JobId.of("acme", "b/1", "x");

        private final ControlState state =
                after(
                        new OperatorCommand(NOON, "me")
                                .record(new ControlKey.CancelBatch("acme", "b/1")));

        @Test
        void cancelsJobsSubmittedBefore() {
            assertThat(state.isCancelled("acme", "b/1", JOB, NOON)).isTrue();
            assertThat(state.isCancelled("acme", "b/1", JOB, NOON.minusSeconds(9))).isTrue();
        }

        @Test
        void keepsLaterJobsAndOtherBatches() {
            assertThat(state.isCancelled("acme", "b/1", JOB, NOON.plusMillis(1))).isFalse();
            assertThat(state.isCancelled("acme", "b/2", JOB, NOON)).isFalse();
            assertThat(state.isCancelled("other", "b/1", JOB, NOON)).isFalse();
        }

        @Test
        void cancelsASingleJobById() {
            var one = after(new OperatorCommand(NOON, "me").record(new ControlKey.CancelJob(JOB)));

            assertThat(one.isCancelled("any", "batch", JOB, NOON)).isTrue();
            assertThat(one.isCancelled("any", "batch", JobId.of("acme", "b/1", "y"), NOON))
                    .isFalse();
        }
    }

    @Nested
    class WhenABatchIsCancelledWithItsCalls {
        private static final JobId JOB = JobId.of("acme", "b", "x");

        private final ControlState state =
                after(
                        new OperatorCommand(
                                        NOON.plusSeconds(9),
                                        "me",
                                        Optional.of(NOON),
                                        Optional.empty())
                                .record(new ControlKey.CancelBatch("acme", "b")));

        @Test
        void cancelsTheCallsOfJobsSubmittedBefore() {
            assertThat(state.isCallCancelled("acme", "b", JOB, NOON)).isTrue();
        }

        @Test
        void keepsTheCallsOfJobsSubmittedLater() {
            assertThat(state.isCallCancelled("acme", "b", JOB, NOON.plusMillis(1))).isFalse();
            assertThat(state.isCancelled("acme", "b", JOB, NOON.plusMillis(1))).isTrue();
        }
    }

    @Nested
    class WhenJobsArePaused {
        @Test
        void pausesTheBatchesOfATenant() {
            var state =
                    after(
                            new OperatorCommand(NOON, "me")
                                    .record(new ControlKey.PauseTenant("acme")));

            assertThat(state.isPaused("acme", "any")).isTrue();
            assertThat(state.isPaused("other", "any")).isFalse();
            assertThat(state.isPaused("acme")).as("the model of this name").isFalse();
        }

        @Test
        void pausesOneBatchOfATenant() {
            var state =
                    after(
                            new OperatorCommand(NOON, "me")
                                    .record(new ControlKey.PauseBatch("acme", "b")));

            assertThat(state.isPaused("acme", "b")).isTrue();
            assertThat(state.isPaused("acme", "c")).isFalse();
            assertThat(state.isPaused("other", "b")).isFalse();
        }
    }

    @Nested
    class WhenAPauseExpires {
        private final ControlState state =
                after(
                        new OperatorCommand(NOON, "me").record(new ControlKey.PauseModel("a")),
                        new OperatorCommand(
                                        NOON,
                                        "me",
                                        Optional.empty(),
                                        Optional.of(NOON.plusSeconds(60)))
                                .record(new ControlKey.PauseModel("b")));

        @Test
        void namesTheNextExpiry() {
            assertThat(state.nextExpiry()).contains(NOON.plusSeconds(60));
        }

        @Test
        void pauseStaysInEffectUntilThen() {
            assertThat(state.inEffect(NOON.plusSeconds(60).minusNanos(1))).isSameAs(state);
        }

        @Test
        void onlyThisPauseEndsThen() {
            var later = state.inEffect(NOON.plusSeconds(60));

            assertThat(later.isPaused("a")).isTrue();
            assertThat(later.isPaused("b")).isFalse();
            assertThat(later.nextExpiry()).isEmpty();
        }
    }

    @Nested
    class WhenModelsArePaused {
        private static final ControlKey ONE = new ControlKey.PauseModel("gpt-4.1");

        @Test
        void pausesASingleModel() {
            var state = after(new OperatorCommand(NOON, "me").record(ONE));

            assertThat(state.isPaused("gpt-4.1")).isTrue();
            assertThat(state.isPaused("qwen-turbo")).isFalse();
            assertThat(state.isPaused()).isFalse();
        }

        @Test
        void pauseAllPausesEveryModel() {
            var state = after(new OperatorCommand(NOON, "me").record(new ControlKey.PauseAll()));

            assertThat(state.isPaused()).isTrue();
            assertThat(state.isPaused("qwen-turbo")).isTrue();
        }

        @Test
        void aTombstoneEndsThePause() {
            var state =
                    after(new OperatorCommand(NOON, "me").record(ONE), ControlRecord.removal(ONE));

            assertThat(state.isPaused("gpt-4.1")).isFalse();
        }
    }

    private static ControlRecord version(int version, Policy policy) {
        return new AppliedPolicy("default", version, policy, NOON, "me", Optional.empty()).record();
    }

    private static ControlState after(ControlRecord... records) {
        var state = ControlState.EMPTY;
        for (var record : records) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }
}
