package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.BATCH;
import static dev.millrace.standalone.compatibility.ExampleJobs.JOB;
import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.Route;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostEventFormatTest extends FormatContract<CostEvent> {
    private static final Price PRICE =
            new Price(
                    new BigDecimal("2.5"),
                    new BigDecimal("0.625"),
                    new BigDecimal("3.75"),
                    new BigDecimal("5"),
                    new BigDecimal("8"),
                    Optional.empty());

    @Override
    String file() {
        return "cost-events.txt";
    }

    @Override
    Map<String, CostEvent> content() {
        var content = new LinkedHashMap<String, CostEvent>();
        CostEvent attempt = attempt(1, CostKind.BILLED, false, null);
        content.put("billed, not final", attempt);
        content.put(
                "billed, final",
                attempt(
                        2,
                        CostKind.BILLED,
                        true,
                        end(null, 2, "0.0012345678901", Provenance.CACHE_MISS).calledAgo(913)));
        content.put(
                "billed, stated by the provider",
                attempt.with(attempt.cost().stated(new BigDecimal("0.0012"))));
        content.put(
                "billed in certain hours",
                attempt.with(
                        new AttemptCost(
                                "gpt-4.1",
                                "openai",
                                1,
                                CostKind.BILLED,
                                new PricedUsage(
                                        attempt.usage(),
                                        ServiceUse.NONE,
                                        PRICE,
                                        "peak",
                                        "v1",
                                        null),
                                attempt.costUsd(),
                                attempt.savedUsd())));
        content.put(
                "billed at another tier, with tools",
                attempt.with(
                        new AttemptCost(
                                "gpt-4.1",
                                "openai",
                                1,
                                CostKind.BILLED,
                                new PricedUsage(
                                        attempt.usage(),
                                        new ServiceUse("flex", Map.of("web_search", 2L)),
                                        PRICE,
                                        null,
                                        "v1",
                                        null),
                                attempt.costUsd(),
                                new BigDecimal("0.0012345678901"))));
        content.put(
                "billed, too late for a cheaper tier",
                attempt.with(
                        new AttemptCost(
                                "gpt-4.1",
                                "openai",
                                1,
                                CostKind.BILLED,
                                attempt.cost().usage(),
                                attempt.costUsd(),
                                attempt.savedUsd(),
                                true)));
        content.put("uncertain, not final", attempt(1, CostKind.UNCERTAIN, false, null));
        content.put("uncertain, not final, with its route", routed(attempt));
        content.put(
                "uncertain, final",
                new CostEvent(
                        CostEvent.idOf(JOB, 3),
                        true,
                        new BatchJob(JOB, TENANT, BATCH),
                        null,
                        Route.NONE,
                        AttemptCost.uncertain(3, "gpt-4.1", new BigDecimal("0.0066")),
                        new BigDecimal("0.02"),
                        end("timeout", 3, "0", Provenance.CACHE_MISS)));
        content.put(
                "saved",
                CostEvent.withoutCall(JOB, TENANT, BATCH)
                        .with(end(null, 0, "0", Provenance.CACHE_HIT))
                        .with(AttemptCost.saved("gpt-4.1", "openai", new BigDecimal("0.000336"))));
        content.put(
                "part",
                attempt(1, CostKind.BILLED, false, null)
                        .asCostOf(JobId.of(TENANT, BATCH, "parent")));
        content.put(
                "none",
                CostEvent.withoutCall(JOB, TENANT, BATCH).with(JobEnd.unrouted("unknown_model")));
        return content;
    }

    private static CostEvent attempt(
            int attempt, CostKind kind, boolean isFinal, @Nullable JobEnd end) {
        return new CostEvent(
                CostEvent.idOf(JOB, attempt),
                isFinal,
                new BatchJob(JOB, TENANT, BATCH),
                null,
                Route.NONE,
                new AttemptCost(
                        "gpt-4.1",
                        "openai",
                        attempt,
                        kind,
                        PricedUsage.of(
                                new TokenUsage(1_200, 400, 100, 40, 514, 20),
                                PRICE,
                                "2026-11-01-ab12"),
                        new BigDecimal("0.0012345678901"),
                        BigDecimal.ZERO),
                isFinal ? new BigDecimal("0.02") : BigDecimal.ZERO,
                end);
    }

    private static CostEvent routed(CostEvent event) {
        var uncertain =
                new AttemptCost(
                        event.model(),
                        event.provider(),
                        event.attempt(),
                        CostKind.UNCERTAIN,
                        event.cost().usage(),
                        event.costUsd(),
                        event.savedUsd());
        return CostEvent.ofAttempt(event.job(), new Route("default/3@v7", "gpt-4.1"), uncertain);
    }

    private static JobEnd end(@Nullable String error, int attempts, String usd, String cache) {
        return new JobEnd(
                new Route("default/3@v7", "gpt-4.1"),
                Lane.BULK,
                error,
                attempts,
                new BigDecimal(usd),
                new JobTimes(812, 41, null),
                cache);
    }

    @Override
    String write(CostEvent event) {
        return new String(CostEventCodec.toJson(event), UTF_8);
    }

    @Override
    CostEvent read(String text) {
        return CostEventCodec.read(text.getBytes(UTF_8));
    }

    @Override
    String ofALaterVersion(String text) {
        return withLaterKey(text)
                .replace("\"end\":{", "\"end\":{\"of_a_later_version\":[{\"a\":1}],");
    }

    @Test
    void everyKindOfCostIsInTheFile() {
        assertThat(content().values()).extracting(CostEvent::kind).contains(CostKind.values());
    }
}
