package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.WorkerReplies;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the way of long documents through the whole topology. */
class SplitTopologyTest {
    private static final String JOB = JobId.of("default", "default", "doc").value();

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private static String line(String options, String sentence, String more) {
        String document = (sentence + " ").repeat(1_000 / sentence.length());
        return RouterDriver.line("doc", "small")
                .replaceFirst("\\{", "{\"millrace\":" + options + ",")
                .replace("[]", "[{\"role\":\"user\",\"content\":\"" + document + "\"}]" + more);
    }

    private static String line(String options) {
        return line(options, "It was a long day, and nothing happened.", "");
    }

    private static JsonNode json(TestRecord<String, byte @Nullable []> record) {
        return JsonMapper.shared().readTree(Objects.requireNonNull(record.value()));
    }

    private static String parent(TestRecord<String, ?> part) {
        return MillraceHeaders.text(part.headers(), MillraceHeaders.PARENT).orElseThrow();
    }

    private List<CostEvent> costs() {
        List<CostEvent> costs = new ArrayList<>();
        router.costs()
                .forEach(it -> costs.add(CostEventCodec.read(Objects.requireNonNull(it.value()))));
        return costs;
    }

    /** Answers each part until no part is called, and returns the number of calls. */
    private int answerAll() {
        int calls = 0;
        for (var parts = router.jobs("small"); !parts.isEmpty(); parts = router.jobs("small")) {
            for (var part : parts) {
                WorkerReplies.answer(router, part, "a short answer");
                calls++;
            }
        }
        return calls;
    }

    @Nested
    class AJobThatMayBeSplit {
        @Test
        void isCalledItselfIfItsDocumentFits() {
            router.send(line("{\"split\":{\"size\":400}}"));

            assertThat(router.jobs("small"))
                    .singleElement()
                    .satisfies(
                            it ->
                                    assertThat(it.headers().lastHeader(MillraceHeaders.PARENT))
                                            .isNull());
        }

        @Test
        void isCalledItselfIfItsDocumentIsUnlimited() {
            router.send(line("{\"split\":{}}"));

            assertThat(router.jobs("small")).hasSize(1);
        }

        @Test
        void isSplitAndEndsWithOneResultAndOneFinalEvent() {
            router.send(line("{\"split\":{\"size\":100}}"));
            int calls = answerAll();

            JsonNode result = json(router.results().getFirst());
            assertThat(calls).isGreaterThan(3);
            assertThat(result.at("/custom_id").asString()).isEqualTo("doc");
            assertThat(result.at("/millrace/attempts").asInt()).isEqualTo(calls);
            assertThat(result.at("/millrace/cost_usd").decimalValue())
                    .isEqualByComparingTo(
                            new BigDecimal("0.25").multiply(BigDecimal.valueOf(calls)));
            assertThat(router.results()).isEmpty();
            assertThat(costs())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.isFinal()).isTrue();
                                assertThat(it.jobId().value()).isEqualTo(JOB);
                            });
        }

        @Test
        void ignoresRecordsOfOtherPrograms() {
            router.send(line("{\"split\":{\"size\":100}}"));
            router.jobs("small").forEach(it -> assertThat(parent(it)).isEqualTo(JOB));
            router.send(RouterDriver.TOPICS.parts(), null, new byte[] {1}, new RecordHeaders());
            router.send(
                    RouterDriver.TOPICS.parts(), JOB.getBytes(UTF_8), null, new RecordHeaders());

            assertThat(router.results()).isEmpty();
        }

        @Test
        void isADeadLetterIfItsRecordCannotBeRead() {
            router.send(line("{\"split\":{\"size\":100}}"));
            var parts = router.jobs("small");
            damageRecord();

            parts.forEach(it -> WorkerReplies.answer(router, it, "yes"));

            assertThat(json(router.deadLetters().getFirst()).at("/custom_id").asString())
                    .isEqualTo("doc");
            assertThat(costs()).singleElement().satisfies(it -> assertThat(it.isFinal()).isTrue());
            assertThat(router.results()).isEmpty();
        }

        /** Damages the stored key of the record, not the request. */
        private void damageRecord() {
            try (var entries = router.budgetStore().all()) {
                entries.forEachRemaining(
                        it -> {
                            if (it.key.get()[0] == 'w') {
                                router.budgetStore()
                                        .put(
                                                it.key,
                                                new String(it.value, ISO_8859_1)
                                                        .replace("millrace-chain", "millrace-chian")
                                                        .getBytes(ISO_8859_1));
                            }
                        });
            }
        }

        @Test
        void isRefusedIfAllPartsTogetherCostTooMuch() {
            router.send(line("{\"split\":{\"size\":100},\"max_cost_usd\":0.01}"));

            assertThat(json(router.results().getFirst()).at("/error/code").asString())
                    .isEqualTo("budget_exceeded");
        }
    }

    @Nested
    class APartThatTheRouterRefuses {
        @Test
        void failsItsJobAndHasNoResultOfItsOwn() {
            router.maxRecordBytes.put("test.jobs.small.normal", 1_000);
            router.send(line("{\"split\":{\"size\":100}}"));

            router.pass(Duration.ofSeconds(1));
            JsonNode result = json(router.results().getFirst());
            assertThat(result.at("/error/code").asString()).isEqualTo("validation_error");
            assertThat(result.at("/error/message").asString()).startsWith("part 1 of ");
            assertThat(result.at("/millrace/job_id").asString()).isEqualTo(JOB);
            assertThat(costs()).hasSize(1);
        }
    }

    @Nested
    class APartWithACacheKey {
        @Test
        void looksUpAnAnswer() {
            router.send(line("{\"cache\":\"exact\",\"split\":{\"size\":100}}"));

            assertThat(router.lookups())
                    .hasSizeGreaterThan(2)
                    .allSatisfy(it -> assertThat(parent(it)).isEqualTo(JOB));
        }
    }

    @Nested
    class UnderABudget {
        private void limit(String usd) {
            var budget =
                    new Budget(new BigDecimal(usd), Period.DAY, ZoneOffset.UTC, OnExhausted.REJECT);
            router.budgets =
                    new BudgetAccounts(
                            Map.of(
                                    TenantConfig.DEFAULT_NAME,
                                    new TenantConfig(1, Optional.of(budget))),
                            Map.of(),
                            Map.of());
        }

        @Test
        void wholeJobIsRefusedBeforeItsFirstPart() {
            limit("0.001");
            router.send(line("{\"split\":{\"size\":100}}"));
            router.lendMoney();

            assertThat(router.jobs("small")).isEmpty();
            assertThat(json(router.results().getFirst()).at("/error/code").asString())
                    .isEqualTo("budget_exceeded");
        }

        @Test
        void partsAreSentWhenTheWholeIsReserved() {
            limit("100");
            router.send(line("{\"split\":{\"size\":100}}"));
            router.lendMoney();

            var parts = router.jobs("small");
            assertThat(parts).hasSizeGreaterThan(2);
            WorkerReplies.fail(router, parts.getFirst(), ErrorCode.TIMEOUT);
            parts.subList(1, parts.size()).forEach(it -> WorkerReplies.answer(router, it, "yes"));
            assertThat(json(router.results().getFirst()).at("/error/code").asString())
                    .isEqualTo("timeout");
        }
    }
}
