package dev.millrace.router.express;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressPlannerTest {
    /** Models as in {@link RouterDriver}; a tenant can be two jobs ahead. */
    private static final String CONFIG =
            """
            topics: { partitions: 4 }
            router: { fairness: { burst: 8 } }
            providers:
              openai: { wire: openai, base_url: "http://localhost:1/v1" }
            models:
              small: { provider: openai, price: { input: 1, output: 2 }, aliases: [ little ] }
            tenants:
              poor: { budget: { limit_usd: 5 } }
            """;

    private final RouterDriver router = new RouterDriver();
    private final MillraceConfig config = new ConfigLoader(Map.of()).parse("test", CONFIG);
    private final ExpressPlanner planner =
            new ExpressPlanner(config, List.of(), RouterTopology.planning(config), router.clock);
    private ControlState control = ControlState.EMPTY;

    @AfterEach
    void close() {
        router.close();
    }

    private static String line(String model, String fields, String options) {
        return line(model, fields, "critical", options);
    }

    private static String line(String model, String fields, String priority, String options) {
        return """
        {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"%s"%s,\
        "messages":[{"role":"user","content":"Hi"}]},"millrace":{"priority":"%s"%s}}"""
                .formatted(model, fields, priority, options);
    }

    private SubmissionHeaders submission(String tenant) {
        return new SubmissionHeaders(tenant, "gateway", null, router.clock.instant(), null);
    }

    private Optional<JobHeaders> plan(String line) {
        return plan(line, submission("acme"));
    }

    private Optional<JobHeaders> plan(String line, SubmissionHeaders submission) {
        return planner.plan(
                RequestParser.parse(line.getBytes(UTF_8)).accepted(),
                JobId.of(String.valueOf(submission.tenant()), "gateway", "a"),
                submission,
                control);
    }

    private void command(ControlKey key) {
        var command =
                new OperatorCommand(router.clock.instant(), "someone").record(key).toRecord("c");
        control = control.with(new String(command.key(), UTF_8), command.value());
    }

    @Nested
    class AJobThatNeedsNoState {
        private void assertPlannedAsByTheRouter(
                String model, String line, SubmissionHeaders submission) throws UnreadableHeader {
            router.send(line, submission);
            var routed = router.jobs(model, Lane.CRITICAL).getFirst().headers();

            assertThat(plan(line, submission))
                    .contains(JobHeaders.read(routed).withoutRequestPartition());
        }

        @ParameterizedTest
        @ValueSource(strings = {"small", "little"})
        void hasTheHeadersThatTheRouterWrites(String name) throws UnreadableHeader {
            assertPlannedAsByTheRouter(
                    "small",
                    line(
                            name,
                            ",\"max_tokens\":9",
                            ",\"deadline\":\"2026-11-21T06:00:00Z\",\"on_unavailable\":\"fail\""),
                    submission("acme"));
        }

        @Test
        void isStreamedAsByTheRouter() throws UnreadableHeader {
            assertPlannedAsByTheRouter(
                    "small",
                    line("small", ",\"stream\":true", ""),
                    submission("acme").withChunks(Chunks.ONCE));
        }

        @Test
        void isEndedWithoutATaskOfTheRouter() {
            assertThat(plan(line("small", "", "")))
                    .hasValueSatisfying(it -> assertThat(it.requestPartition()).isNull());
        }
    }

    @Nested
    class TheRouterPlans {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",\"max_cost_usd\":1",
                    ",\"cache\":\"exact\"",
                    ",\"split\":{\"size\":1000}",
                    ",\"retrieval\":{\"collection\":\"c\"}",
                    ",\"deadline\":\"2020-01-01T00:00:00Z\"",
                })
        void jobsWithOptionsThatNeedIt(String option) {
            assertThat(plan(line("small", "", option))).isEmpty();
        }

        @Test
        void jobsThatAreNotCritical() {
            assertThat(plan(line("small", "", "high", ""))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"auto", "missing"})
        void jobsWithoutAModelOfTheCatalog(String model) {
            assertThat(plan(line(model, "", ""))).isEmpty();
        }

        @Test
        void jobsUnderABudget() {
            assertThat(plan(line("small", "", ""), submission("poor"))).isEmpty();
        }

        /** The configuration of this process can lack the budget. */
        @Test
        void jobsUnderABudgetThatARouterReports() {
            BudgetState state =
                    new BudgetState(
                            BigDecimal.TEN,
                            BigDecimal.ZERO,
                            BigDecimal.ZERO,
                            BudgetState.Waiting.NONE,
                            0,
                            80,
                            OnExhausted.PARK,
                            Optional.empty(),
                            router.clock.instant());
            ControlKey key = ControlKey.TenantBudget.total("acme");
            control = control.with(key.text(), state.toJson());

            assertThat(plan(line("small", "", ""))).isEmpty();
        }

        @Test
        void jobsOfACancelledBatch() {
            command(new ControlKey.CancelBatch("acme", "gateway"));

            assertThat(plan(line("small", "", ""))).isEmpty();
        }

        @Test
        void jobsWhileEverythingIsPaused() {
            command(new ControlKey.PauseAll());

            assertThat(plan(line("small", "", ""))).isEmpty();
        }
    }

    @Nested
    class ATenantAheadOfItsPace {
        private final String line = line("small", "", "");
        private JobHeaders first;

        @BeforeEach
        void runTwoJobs() {
            first = plan(line).orElseThrow();
            assertThat(plan(line)).isPresent();
        }

        @Test
        void goesThroughTheRouter() {
            assertThat(plan(line)).isEmpty();
        }

        @Test
        void delaysNoOtherTenant() {
            assertThat(plan(line, submission("other"))).isPresent();
        }

        @Test
        void isAdmittedWhenAJobHasEnded() {
            planner.onEnd(first);

            assertThat(plan(line)).isPresent();
        }
    }
}
