package dev.millrace.sink;

import static dev.millrace.store.fixture.Records.TENANT;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.jobId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CostMeters meters = new CostMeters(registry);

    private static CostEvent uncertain(String tenant, String model, String usd) {
        return CostEvent.withoutCall(jobId("b", 1), tenant, "b")
                .with(AttemptCost.uncertain(1, model, new BigDecimal(usd)));
    }

    private double count(String name, String tenant, String model) {
        return registry.get(name).tag("tenant", tenant).tag("model", model).counter().count();
    }

    @Test
    void addsUpCostsByTenantAndModel() {
        meters.onStored(uncertain("acme", "cheap", "0.25"));
        meters.onStored(uncertain("acme", "cheap", "0.5"));
        meters.onStored(uncertain("acme", "large", "4"));
        assertThat(count("millrace.sink.cost.usd", "acme", "cheap")).isEqualTo(0.75);
        assertThat(count("millrace.sink.cost.usd", "acme", "large")).isEqualTo(4);
    }

    @Test
    void addsUpSavings() {
        meters.onStored(
                CostEvent.withoutCall(jobId("b", 1), "acme", "b")
                        .with(AttemptCost.saved("cheap", null, new BigDecimal("0.125"))));
        assertThat(count("millrace.sink.saved.usd", "acme", "cheap")).isEqualTo(0.125);
        assertThat(count("millrace.sink.cost.usd", "acme", "cheap")).isZero();
    }

    private static CostEvent stated(String catalogUsd, String statedUsd) {
        return cost("b", 1, catalogUsd)
                .with(cost("b", 1, catalogUsd).cost().stated(new BigDecimal(statedUsd)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0",
        "1, 1.01, 0",
        "1, 1.0102, 1",
        "1, 0.99, 0",
        "1, 0.9899, 1",
        "1, 0, 1",
        "0, 0.0000001, 1",
        "0, 0, 0"
    })
    void countsCostsThatDifferFromTheCatalogsByMoreThanOnePercent(
            String catalogUsd, String statedUsd, double counted) {
        meters.onStored(cost("b", 2, "1"));
        meters.onStored(stated(catalogUsd, statedUsd));
        assertThat(count("millrace.sink.mispriced", TENANT, "deepseek-v3.2")).isEqualTo(counted);
        assertThat(count("millrace.sink.cost.usd", TENANT, "deepseek-v3.2"))
                .isEqualTo(1 + Double.parseDouble(statedUsd));
    }

    @Test
    void eventsWithoutMoneyHaveNoCounter() {
        meters.onStored(CostEvent.withoutCall(jobId("b", 1), "acme", "b"));
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void pairsBeyondTheBoundShareACounter() {
        for (int tenant = 0; tenant < CostMeters.MAX_PAIRS + 5; tenant++) {
            meters.onStored(uncertain("t" + tenant, "cheap", "1"));
        }
        meters.onStored(uncertain("t0", "cheap", "1"));
        assertThat(count("millrace.sink.cost.usd", "(others)", "(others)")).isEqualTo(5);
        assertThat(count("millrace.sink.cost.usd", "t0", "cheap")).isEqualTo(2);
    }
}
