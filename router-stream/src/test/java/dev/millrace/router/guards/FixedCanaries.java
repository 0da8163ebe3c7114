package dev.millrace.router.guards;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Supplier;

/** Makes guards whose canaries a test chooses. */
public final class FixedCanaries {
    private FixedCanaries() {}

    /** Returns guards without configured policies. */
    public static Guards guards(
            Canaries canaries, Supplier<Catalog> catalog, Topics topics, MeterRegistry registry) {
        return new Guards(
                control -> CanaryRules.of(control, Map.of(), catalog.get()),
                topics,
                registry,
                canaries);
    }
}
