package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CostEventCodecTest {
    private static final JobId JOB = JobId.of("acme", "b", "ticket-17");

    private static CostEvent event(BigDecimal cost, CostKind kind, TokenUsage usage, Price rates) {
        return new CostEvent(
                CostEvent.idOf(JOB, 2),
                true,
                new BatchJob(JOB, "acme", "b"),
                null,
                Route.NONE,
                new AttemptCost(
                        "deepseek-flash",
                        "deepseek",
                        2,
                        kind,
                        new PricedUsage(usage, ServiceUse.NONE, rates, "peak", "2026-11-20", null),
                        cost,
                        BigDecimal.ZERO,
                        kind == CostKind.BILLED),
                cost,
                null);
    }

    private static String json(CostEvent event) {
        return new String(CostEventCodec.toJson(event), UTF_8);
    }

    @Property
    void survivesARoundTrip(
            @ForAll @BigRange(min = "0", max = "1000000") @Scale(20) BigDecimal cost,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(9) BigDecimal rate,
            @ForAll @IntRange(max = 1_000_000) int tokens,
            @ForAll CostKind kind) {
        CostEvent event =
                event(
                        cost,
                        kind,
                        new TokenUsage(3L * tokens, tokens, tokens, tokens / 2, tokens, tokens),
                        Price.of(rate, rate));
        assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
    }

    @Nested
    class OfACostThatTheProviderStated {
        private final CostEvent priced =
                event(
                        new BigDecimal("0.00257"),
                        CostKind.BILLED,
                        TokenUsage.of(1_000, 7),
                        Price.of("2.50", "10"));
        private final CostEvent stated =
                priced.with(priced.cost().stated(new BigDecimal("0.00021103840000000001")));

        @Test
        void hasBothFiguresAndTheirSource() {
            assertThat(json(stated))
                    .contains(
                            "\"cost_usd\":0.00021103840000000001,\"cost_source\":\"provider\","
                                    + "\"catalog_usd\":0.00257,");
            assertThat(json(priced)).contains("\"cost_usd\":0.00257,\"cost_source\":\"catalog\",");
        }

        @Test
        void survivesARoundTrip() {
            assertThat(CostEventCodec.read(CostEventCodec.toJson(stated))).isEqualTo(stated);
            assertThat(stated.catalogUsd()).isEqualTo("0.00257");
            assertThat(priced.catalogUsd()).isEqualTo(priced.costUsd());
        }

        @Test
        void keepsBothFiguresAsACostOfTheParent() {
            assertThat(stated.asCostOf(JobId.of("acme", "b", "parent")).cost())
                    .isEqualTo(stated.cost());
        }
    }

    @Nested
    class OfAnAttemptThatDidNotEndItsJob {
        @Test
        void keepsItsRoute() {
            var event =
                    new CostEvent(
                            CostEvent.idOf(JOB, 1),
                            false,
                            new BatchJob(JOB, "acme", "b"),
                            null,
                            new Route("default/3@v7", "deepseek-flash"),
                            new AttemptCost(
                                    "deepseek-flash",
                                    "deepseek",
                                    1,
                                    CostKind.UNCERTAIN,
                                    PricedUsage.NONE,
                                    BigDecimal.ONE,
                                    BigDecimal.ZERO),
                            BigDecimal.ZERO,
                            null);

            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }
    }

    @Nested
    class WithoutACall {
        @Test
        void survivesARoundTrip() {
            CostEvent event = CostEvent.withoutCall(JOB, "acme", "b");
            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }
    }

    @Nested
    class WithTheAnswerToAnotherJob {
        private final CostEvent event =
                CostEvent.withoutCall(JOB, "acme", "b")
                        .with(AttemptCost.saved("gpt-4.1", "openai", new BigDecimal("0.00033588")));

        @Test
        void survivesARoundTrip() {
            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }

        @Test
        void costsNothingAndNamesWhatWasSaved() {
            assertThat(json(event))
                    .contains(
                            "\"final\":true",
                            "\"model\":\"gpt-4.1\"",
                            "\"provider\":\"openai\"",
                            "\"attempt\":0",
                            "\"kind\":\"saved\"",
                            "\"cost_usd\":0,",
                            "\"saved_usd\":0.00033588");
        }
    }

    @Nested
    class TheEndOfAJob {
        private final JobEnd end =
                new JobEnd(
                        new Route("default/3@v7", "gpt-4.1"),
                        Lane.BULK,
                        "timeout",
                        3,
                        new BigDecimal("0.00033588"),
                        new JobTimes(812, 41, null),
                        "collapsed");

        @Test
        void survivesARoundTrip() {
            CostEvent event = CostEvent.withoutCall(JOB, "acme", "b").with(end);

            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }

        @Test
        void ageOfTheCallSurvivesARoundTrip() {
            CostEvent event = CostEvent.withoutCall(JOB, "acme", "b").with(end.calledAgo(913));

            assertThat(json(event)).contains("\"queued_ms\":41,\"call_age_ms\":913,");
            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }

        @Test
        void survivesARoundTripWithoutOptionalParts() {
            CostEvent event =
                    CostEvent.withoutCall(JOB, "acme", "b").with(JobEnd.unrouted("unknown_model"));

            assertThat(CostEventCodec.read(CostEventCodec.toJson(event))).isEqualTo(event);
        }

        @Test
        void isANestedObject() {
            assertThat(json(CostEvent.withoutCall(JOB, "acme", "b").with(end)))
                    .endsWith(
                            """
                            "end":{"routed_by":"default/3@v7","routed_to":"gpt-4.1","lane":"bulk",\
                            "error_code":"timeout","attempts":3,"job_cost_usd":0.00033588,"upstream_ms":812,\
                            "queued_ms":41,"cache":"collapsed"}}\
                            """);
        }

        @Test
        void isNullInAnEventOfAnEarlierVersion() {
            String earlier = json(CostEvent.withoutCall(JOB, "acme", "b"));

            assertThat(earlier).doesNotContain("\"end\"");
            assertThat(CostEventCodec.read(earlier.getBytes(UTF_8)).end()).isNull();
        }

        @Test
        void unknownValuesOfALaterVersionAreIgnored() {
            String later =
                    json(CostEvent.withoutCall(JOB, "acme", "b").with(end))
                            .replace("\"bulk\"", "\"slow\"")
                            .replace("\"timeout\"", "\"tired\"")
                            .replace("\"end\":{", "\"end\":{\"end\":{\"attempts\":[7]},");

            assertThat(CostEventCodec.read(later.getBytes(UTF_8)).end())
                    .isEqualTo(
                            new JobEnd(
                                    new Route("default/3@v7", "gpt-4.1"),
                                    null,
                                    "tired",
                                    3,
                                    new BigDecimal("0.00033588"),
                                    new JobTimes(812, 41, null),
                                    "collapsed"));
        }

        @Test
        void hasNoWaitAndIsAMissInAnEventOfAnEarlierVersion() {
            String earlier =
                    json(CostEvent.withoutCall(JOB, "acme", "b").with(end))
                            .replace(",\"queued_ms\":41,\"cache\":\"collapsed\"", "");

            assertThat(CostEventCodec.read(earlier.getBytes(UTF_8)).end())
                    .isEqualTo(
                            new JobEnd(
                                    new Route("default/3@v7", "gpt-4.1"),
                                    Lane.BULK,
                                    "timeout",
                                    3,
                                    new BigDecimal("0.00033588"),
                                    812));
        }
    }

    @Nested
    class Money {
        @Test
        void isWrittenWithoutAnExponent() {
            CostEvent tiny =
                    event(
                            new BigDecimal("1E-10"),
                            CostKind.BILLED,
                            TokenUsage.NONE,
                            Price.of("0.10", "0.42"));
            assertThat(json(tiny)).contains("\"cost_usd\":0.0000000001,");
        }
    }

    @Nested
    class Reading {
        private final String good =
                json(event(BigDecimal.ONE, CostKind.BILLED, TokenUsage.NONE, Price.of("1", "2")));

        private void assertRefused(String json) {
            assertThatThrownBy(() -> CostEventCodec.read(json.getBytes(UTF_8)))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void acceptsAnEventWithoutOneHourCacheWrites() {
            String earlier = good.replaceAll("\"cache_write_1h_(tokens|price)\":\\d+,", "");

            assertThat(earlier).doesNotContain("1h");
            assertThat(CostEventCodec.read(earlier.getBytes(UTF_8)))
                    .isEqualTo(CostEventCodec.read(good.getBytes(UTF_8)));
        }

        @Test
        void ignoresFieldsOfALaterVersion() {
            String later = good.replaceFirst("\\{", "{\"new\":{\"cost_usd\":[7]},");
            assertThat(CostEventCodec.read(later.getBytes(UTF_8)).costUsd())
                    .isEqualTo(BigDecimal.ONE);
        }

        @Test
        void rejectsOtherValues() {
            assertRefused("");
            assertRefused("[]");
            assertRefused("{}");
            assertRefused(good.substring(0, good.length() - 1));
            assertRefused(good.replace("\"billed\"", "\"gift\""));
            assertRefused(good.replace("\"final\":true", "\"final\":\"perhaps\""));
            assertRefused(good.replace("\"attempt\":2", "\"attempt\":2.5"));
            assertRefused(good.replace("\"input_tokens\":0", "\"input_tokens\":-1"));
            assertRefused(good + good);
            assertRefused(good.replace("\"attempt\":2", "\"attempt\":5000000000"));
            assertRefused(good.replace("\"saved_usd\":0", "\"saved_usd\":1e999999999"));
            assertRefused(good.replace("\"saved_usd\":0", "\"saved_usd\":1e-999999999"));
        }
    }
}
