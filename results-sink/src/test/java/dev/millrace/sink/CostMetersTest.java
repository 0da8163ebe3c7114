package dev.millrace.sink;

import static dev.millrace.store.fixture.Records.jobId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

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
