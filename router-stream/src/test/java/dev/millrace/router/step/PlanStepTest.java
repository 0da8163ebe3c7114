package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Nested
    class WhenAModelIsFound {
        @ParameterizedTest
        @CsvSource({"small, catalog", "little, alias", "auto, default/1@v7"})
        void headersNameTheReasonForTheChoice(String name, String routedBy)
                throws UnreadableHeader {
            router.send(RouterDriver.line("a", name));

            var job = JobHeaders.read(router.jobs("small").getFirst().headers());
            assertThat(job.routedBy()).isEqualTo(routedBy);
            assertThat(job.chain()).containsExactly("small");
        }

        @Test
        void priorityAndDeadlineAreCopied() throws UnreadableHeader {
            router.send(
                    """
                    {"custom_id":"a","url":"/v1/responses","body":{"model":"small"},
                     "millrace":{"priority":"critical","deadline":"2026-11-21T06:00:00Z"}}""");

            var job = JobHeaders.read(router.jobs("small", Lane.CRITICAL).getFirst().headers());
            assertThat(job.priority()).isEqualTo(Priority.CRITICAL);
            assertThat(job.deadline()).isEqualTo(Instant.parse("2026-11-21T06:00:00Z"));
        }
    }

    @Nested
    class WhenAJobHasACostCeiling {
        private JobHeaders sent(String fields, String options) throws UnreadableHeader {
            router.send(
                    """
                    {"custom_id":"a","url":"/v1/responses","body":{"model":"small"%s},"millrace":%s}"""
                            .formatted(fields, options));
            return JobHeaders.read(router.jobs("small").getFirst().headers());
        }

        @Test
        void headersHaveTheAddedOutputLimit() throws UnreadableHeader {
            assertThat(sent("", "{\"max_cost_usd\":1}").maxOutputTokens()).isEqualTo(4_096);
        }

        @Test
        void noLimitIsAddedToAJobWithItsOwn() throws UnreadableHeader {
            assertThat(sent(",\"max_output_tokens\":5", "{\"max_cost_usd\":1}").maxOutputTokens())
                    .isNull();
        }

        @Test
        void noLimitIsAddedWithoutACeiling() throws UnreadableHeader {
            assertThat(sent("", "{}").maxOutputTokens()).isNull();
        }
    }

    @Nested
    class WhenAJobIsUnderABudget {
        private JobHeaders sent(SubmissionHeaders submission) throws UnreadableHeader {
            router.send(RouterDriver.line("a", "small"), submission);
            router.lendMoney();
            return JobHeaders.read(router.jobs("small").getFirst().headers());
        }

        private void limitTenant(String tenant) {
            var limit = new BudgetLimit(BigDecimal.TEN, Instant.EPOCH, "someone");
            router.budgets =
                    new BudgetAccounts(
                            Map.of(), Map.of(), Map.of(new ControlKey.TenantLimit(tenant), limit));
        }

        @Test
        void headersOfATenantsJobHaveTheReservationAndTheAddedLimit() throws UnreadableHeader {
            limitTenant("default");

            JobHeaders job = sent(SubmissionHeaders.NONE);

            assertThat(job.costLimit()).isNotNull();
            assertThat(job.maxOutputTokens()).isEqualTo(Model.DEFAULT_MAX_TOKENS);
        }

        @Test
        void headersOfABatchesJobHaveTheReservation() throws UnreadableHeader {
            assertThat(sent(new SubmissionHeaders(null, "b", null, null, null, "5")).costLimit())
                    .isNotNull();
        }

        @Test
        void headersNameTheKeyThatSubmittedTheJob() throws UnreadableHeader {
            JobHeaders job = sent(SubmissionHeaders.NONE.withApiKey("3f9c2a7be01d4466"));

            assertThat(job.apiKey()).isEqualTo("3f9c2a7be01d4466");
        }

        @Test
        void jobOfAnotherTenantHasNone() throws UnreadableHeader {
            limitTenant("acme");

            JobHeaders job = sent(SubmissionHeaders.NONE);

            assertThat(job.costLimit()).isNull();
            assertThat(job.maxOutputTokens()).isNull();
        }
    }

    @Nested
    class WhenAJobIsRejected {
        @Test
        void resultNamesSimilarModels() {
            router.send(RouterDriver.line("a", "smal"));

            assertThat(router.jobs("small")).isEmpty();
            assertThat(new String(router.results().getFirst().value(), UTF_8))
                    .contains("similar names: small");
        }
    }

    @Nested
    class WhenAJobHasBeenCancelled {
        private void cancel(ControlKey key, Instant at) {
            var command = new OperatorCommand(at, "someone").record(key).toRecord("control");
            router.control = router.control.with(new String(command.key(), UTF_8), command.value());
        }

        @Test
        void jobEndsAsCancelledBeforeItIsRouted() {
            cancel(new ControlKey.CancelBatch("default", "default"), router.clock.instant());
            router.send(RouterDriver.line("a", "small"));

            assertThat(router.jobs("small")).isEmpty();
            assertThat(ResultView.read(router.results().getFirst().value()).errorCode())
                    .isEqualTo("cancelled");
        }

        @Test
        void laterJobIsNotCancelled() {
            cancel(
                    new ControlKey.CancelBatch("default", "default"),
                    router.clock.instant().minusMillis(1));
            router.send(RouterDriver.line("a", "small"));

            assertThat(router.jobs("small")).hasSize(1);
        }
    }
}
