package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Ramp.StepCompletion;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.fair.AheadTenant;
import dev.millrace.standalone.client.RecordCount;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StatusTextTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.351688749Z");
    private static final Ramp RAMP =
            new Ramp(
                    "new",
                    List.of(1.0, 5.0, 10.0),
                    new StepCompletion(OptionalInt.of(500), Optional.empty()));
    private static final Guard GUARD =
            new Guard("new", Optional.of(5.0), Optional.empty(), Optional.of(3.0), 200);
    private static final Policy RAMPED =
            new Policy(
                    List.of(
                            new Rule(
                                    Optional.empty(),
                                    List.of(),
                                    List.of(new Arm("old", 90), new Arm("new", 10)),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(RAMP),
                                    Optional.of(GUARD))));
    private static final Trip TRIP =
            new Trip(NOON, "v7", 1, "11 errors", 57, 11, new BigDecimal("0.25"), Optional.empty());
    private static final ControlState BUSY =
            control(
                    new AppliedPolicy("default", 7, RAMPED, NOON, "anna", Optional.of("half of it"))
                            .record(),
                    new RampStep("v7", "new", 1, 5.0, NOON).record("default", 1),
                    TRIP.record("default", "new"),
                    new OperatorCommand(NOON, "anna").record(new ControlKey.PauseModel("new")),
                    new OperatorCommand(
                                    NOON,
                                    "anna",
                                    Optional.empty(),
                                    Optional.of(NOON.plusSeconds(60)))
                            .record(new ControlKey.PauseBatch("acme", "b")),
                    breakers(NOON.plusSeconds(60), "key 1 of openai", NOON).record("w1"),
                    breakers(NOON.plusSeconds(60), "key 1 of openai", NOON.minusSeconds(9))
                            .record("w2"),
                    breakers(NOON, "model vanished", NOON).record("w3"),
                    doubts(NOON.plusSeconds(60), 1_200).record("w4"),
                    doubts(NOON.plusSeconds(60), 4).record("w5"),
                    doubts(NOON, 100).record("w6"),
                    new ControlRecord(
                            new ControlKey.BatchBudget("acme", "b"),
                            new BudgetState(
                                            BigDecimal.TWO,
                                            BigDecimal.ONE,
                                            BigDecimal.ZERO,
                                            new BudgetState.Waiting(
                                                    3, Optional.of(new BigDecimal("1.25")), 0),
                                            0,
                                            50,
                                            OnExhausted.PARK,
                                            Optional.empty(),
                                            NOON)
                                    .toJson()));

    private static WorkerReport breakers(Instant expires, String name, Instant since) {
        return new WorkerReport(
                expires,
                List.of(
                        new WorkerReport.Open(
                                name,
                                "authentication_error",
                                "the provider answered 401",
                                since,
                                since.plusSeconds(30),
                                true)));
    }

    private static WorkerReport doubts(Instant expires, long answers) {
        return new WorkerReport(
                expires,
                List.of(),
                List.of(new WorkerReport.Doubt("new", "total", answers)),
                List.of(),
                List.of());
    }

    private static LimitStatus limit(String path, LimitUsage.Use use) {
        return new LimitStatus(path, LimitOrigin.CONFIGURED, use);
    }

    private static ControlState control(ControlRecord... records) {
        var control = ControlState.EMPTY;
        for (ControlRecord it : records) {
            control = control.with(it.key().text(), it.value());
        }
        return control;
    }

    private static PipelineStatus status(ControlState control, Map<String, Policy> configured) {
        return new PipelineStatus(
                new PipelineStatus.Services(2, 3, 6_000),
                new RecordCount(1_250, true),
                List.of(
                        new ModelQueue(
                                "qwen-turbo", Map.of(Lane.CRITICAL, new Backlog(0, 12)), false),
                        new ModelQueue(
                                "new",
                                Map.of(
                                        Lane.NORMAL,
                                        new Backlog(1204, 0),
                                        Lane.BULK,
                                        new Backlog(new RecordCount(98_796, true), 200)),
                                true)),
                List.of(
                        new Waiting(
                                "new",
                                Optional.of(Lane.BULK),
                                WaitingReason.CONFIGURED_LIMIT,
                                "models.new.limits.requests_per_minute: 10000",
                                Optional.of(NOON.plusSeconds(7)),
                                98_796,
                                true),
                        new Waiting(
                                "",
                                Optional.empty(),
                                WaitingReason.RETRIEVAL,
                                "no retrieval service runs",
                                Optional.empty(),
                                1)),
                ControlStatus.of(control, configured, "default", Catalog.shipped(), NOON),
                List.of(
                        limit("limits.concurrency", new LimitUsage.Use(2000, 12, 1, 1, 0)),
                        limit(
                                "models.new.limits.requests_per_minute",
                                new LimitUsage.Use(10_000, 9_800, 120, 4, 2))),
                Optional.of(new RetrievalBacklog(new RecordCount(1_204, false), 0)),
                List.of(
                        new AheadTenant("new", "acme", 999.6),
                        new AheadTenant("new", "other", 0.2)));
    }

    @Nested
    class ABusyPipeline {
        @Test
        void isShownAsText() {
            assertThat(StatusText.of(status(BUSY, Map.of("default", Policy.SHIPPED))))
                    .containsExactly(
                            "routers 2, workers 3, requests not routed ~1,250",
                            "",
                            "model         express   critical       high     normal        low"
                                    + "       bulk    running",
                            "qwen-turbo          0          0          0          0          0"
                                    + "          0         12",
                            "new                 0          0          0      1,204          0"
                                    + "    ~98,796        200  paused",
                            "",
                            "new waits in lane bulk: configured_limit:"
                                    + " models.new.limits.requests_per_minute: 10000; until"
                                    + " 2026-11-20T12:00:07Z; about 98,796 jobs",
                            "jobs wait: retrieval: no retrieval service runs; 1 job",
                            "passages: 1,204 jobs wait; no retrieval service runs",
                            "policy default@v7, applied 2026-11-20T12:00:00Z by anna: half of it",
                            "  rule 1: new at 5 %, step 2 of 3 since 2026-11-20T12:00:00Z",
                            "tripped new of policy default, rule 1, at 2026-11-20T12:00:00Z: 11"
                                    + " errors",
                            "paused batch b of acme since 2026-11-20T12:00:00Z by anna, until"
                                    + " 2026-11-20T12:01:00Z",
                            "paused new since 2026-11-20T12:00:00Z by anna",
                            "open breaker of key 1 of openai in 2 workers since"
                                    + " 2026-11-20T11:59:51Z, next trial 2026-11-20T12:00:21Z:"
                                    + " authentication_error: the provider answered 401",
                            "token counts of new may be wrong in 1,204 answers: the total is"
                                    + " smaller than input and output",
                            "budget of batch b of acme: 1 of 2 USD spent, 0 reserved; 3 jobs wait"
                                    + " for money, the next one needs 1.25 USD; 50 % reached",
                            "limit limits.concurrency: 12 of 2,000 used, 1 leased, by 1 worker",
                            "limit models.new.limits.requests_per_minute: 9,800 of 10,000 used, 120"
                                    + " leased, by 4 workers; calls wait in 2 workers",
                            "ahead acme by 1,000 jobs at new");
        }

        @Test
        void isShownAsJson() {
            assertThat(StatusJson.of(status(BUSY, Map.of())))
                    .isEqualTo(
                            """
                            {"routers":2,"workers":3,"max_in_flight":6000,"unrouted":1250,"models":[\
                            {"model":"qwen-turbo","express_waiting":0,"critical_waiting":0,"high_waiting":0,"normal_waiting":0,"low_waiting":0,"bulk_waiting":0,"running":12,"paused":false},\
                            {"model":"new","express_waiting":0,"critical_waiting":0,"high_waiting":0,"normal_waiting":1204,"low_waiting":0,"bulk_waiting":98796,"about":true,"running":200,"paused":true}],\
                            "waiting":[{"model":"new","lane":"bulk","reason":"configured_limit","value":"models.new.limits.requests_per_minute: 10000",\
                            "until":"2026-11-20T12:00:07.351688749Z","jobs":98796,"about":true},\
                            {"reason":"retrieval","value":"no retrieval service runs","jobs":1}],\
                            "policies":[{"policy":"default","version":"v7","asked":true,"applied_at":"2026-11-20T12:00:00.351688749Z",\
                            "by":"anna","note":"half of it","ramps":[{"rule":1,"arm":"new","step":2,"steps":3,\
                            "share":5.0,"since":"2026-11-20T12:00:00.351688749Z"}],\
                            "guards":[{"rule":1,"arm":"new","error_rate":5.0,"cost_ratio":3.0,"over":200}]}],\
                            "tripped":[{"policy":"default","arm":"new","rule":1,"version":"v7",\
                            "tripped_at":"2026-11-20T12:00:00.351688749Z","reason":"11 errors","jobs":57,"errors":11,\
                            "cost_usd":0.25}],\
                            "pauses":[{"tenant":"acme","batch":"b","at":"2026-11-20T12:00:00.351688749Z","by":"anna","expires":"2026-11-20T12:01:00.351688749Z"},\
                            {"model":"new","at":"2026-11-20T12:00:00.351688749Z","by":"anna"}],\
                            "breakers":[{"breaker":"key 1 of openai","workers":2,"error":"authentication_error",\
                            "reason":"the provider answered 401","since":"2026-11-20T11:59:51.351688749Z",\
                            "next_trial":"2026-11-20T12:00:21.351688749Z"}],\
                            "usage_doubts":[{"model":"new","doubt":"total","answers":1204}],\
                            "budgets":[{"tenant":"acme","batch":"b","limit_usd":2,"spent_usd":1,"reserved_usd":0,"exceeded_usd":0,\
                            "waiting_jobs":3,"holds_back":true,"needed_usd":1.25,"unaffordable_jobs":0,"rejected_jobs":0,"alert_percent":50,"at":"2026-11-20T12:00:00.351688749Z"}],\
                            "limits":[{"path":"limits.concurrency","origin":"configured","limit":2000,"used":12,"leased":1,"workers":1,"waiting_workers":0},\
                            {"path":"models.new.limits.requests_per_minute","origin":"configured","limit":10000,"used":9800,"leased":120,"workers":4,"waiting_workers":2}],\
                            "retrieval":{"waiting":1204,"services":0},\
                            "unreadable":[],"ahead":[{"model":"new","tenant":"acme","jobs":1000},\
                            {"model":"new","tenant":"other","jobs":0}]}\
                            """);
        }
    }

    @Nested
    class ALaterUnreadableVersion {
        private final PipelineStatus status =
                status(
                        BUSY.with("policy/default/8", new byte[] {1})
                                .with("guard/other/new", new byte[] {1}),
                        Map.of());

        @Test
        void isNamedInTheText() {
            assertThat(StatusText.of(status))
                    .contains(
                            "  this Millrace cannot read v8; services that can read it use it",
                            "unreadable control records (2): guard/other/new, policy/default/8");
        }

        @Test
        void isNamedInTheJson() {
            assertThat(StatusJson.of(status))
                    .contains("\"asked\":true,\"unreadable\":\"v8\"")
                    .contains("\"unreadable\":[\"guard/other/new\",\"policy/default/8\"]");
        }
    }

    @Nested
    class APolicyThatIsNotTheDefault {
        @Test
        void isMarkedAsRoutingNoJobs() {
            assertThat(StatusText.of(status(ControlState.EMPTY, Map.of("support", RAMPED))))
                    .contains(
                            "policy support@file-"
                                    + RAMPED.fingerprint()
                                    + ", from the configuration; routes no jobs");
        }
    }

    @Nested
    class AnEmptyControlTopic {
        @Test
        void leavesThePoliciesOfTheConfigurationInForce() {
            var lines = StatusText.of(status(ControlState.EMPTY, Map.of("default", RAMPED)));

            assertThat(lines)
                    .contains(
                            "policy default@file-"
                                    + RAMPED.fingerprint()
                                    + ", from the configuration",
                            "  rule 1: new at 1 %, step 1 of 3");
        }
    }

    @Nested
    class AClearedTrip {
        @Test
        void isNotShown() {
            var cleared = control(TRIP.cleared(NOON).record("default", "new"));

            assertThat(StatusText.of(status(cleared, Map.of())))
                    .noneMatch(it -> it.startsWith("tripped"));
        }
    }
}
