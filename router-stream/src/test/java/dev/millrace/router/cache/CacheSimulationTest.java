package dev.millrace.router.cache;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class CacheSimulationTest {
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void guaranteesHoldInEveryHistory(@ForAll long seed) {
        new CacheSimulation(seed).run(150);
    }
}
