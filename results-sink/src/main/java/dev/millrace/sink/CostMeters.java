package dev.millrace.sink;

import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.result.CostEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the money of stored cost events by tenant and model, as binary fractions: the database has
 * the exact sums. Also counts the costs that differ from the catalog's by more than 1 %. Used by
 * the sink's thread only.
 */
final class CostMeters {
    /** Maximum number of tenant and model pairs with separate counters; further pairs share one. */
    static final int MAX_PAIRS = 1_000;

    private static final String NONE = "";
    private static final Pair OTHERS = new Pair("(others)", "(others)");

    private final MeterRegistry registry;
    private final Map<Pair, Amounts> pairs = new HashMap<>();

    private record Pair(String tenant, String model) {}

    private record Amounts(Counter cost, Counter saved, Counter mispriced) {}

    CostMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts an event that was stored for the first time. */
    void onStored(CostEvent event) {
        boolean isMispriced = Usd.differ(event.costUsd(), event.catalogUsd());
        if (event.costUsd().signum() == 0 && event.savedUsd().signum() == 0 && !isMispriced) {
            return;
        }
        Amounts amounts = amounts(event.tenant(), event.model());
        add(amounts.cost(), event.costUsd());
        add(amounts.saved(), event.savedUsd());
        amounts.mispriced().increment(isMispriced ? 1 : 0);
    }

    private static void add(Counter counter, BigDecimal usd) {
        counter.increment(usd.doubleValue());
    }

    private Amounts amounts(String tenant, @Nullable String model) {
        var pair = new Pair(tenant, model == null ? NONE : model);
        boolean hasRoom = pairs.size() < MAX_PAIRS || pairs.containsKey(pair);
        return pairs.computeIfAbsent(hasRoom ? pair : OTHERS, this::register);
    }

    private Amounts register(Pair pair) {
        return new Amounts(
                counter("millrace.sink.cost.usd", "Cost of stored attempts", pair),
                counter("millrace.sink.saved.usd", "Cost of calls that were not needed", pair),
                counter(
                        "millrace.sink.mispriced",
                        "Calls with a wrong price in the catalog",
                        pair));
    }

    private Counter counter(String name, String what, Pair pair) {
        return Counter.builder(name)
                .description(what)
                .tag("tenant", pair.tenant())
                .tag("model", pair.model())
                .register(registry);
    }
}
