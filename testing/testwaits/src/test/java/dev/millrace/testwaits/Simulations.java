package dev.millrace.testwaits;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Simulations that only {@link SeedRunnerTest} runs. */
class Simulations {
    static final Set<Long> PASSED = ConcurrentHashMap.newKeySet();

    @Seeds(
            value = 5,
            failed = {2, 7})
    void everySeedPasses(long seed) {
        PASSED.add(seed);
    }

    @Seeds(
            value = 5,
            failed = {2, 7})
    void sevenFails(long seed) {
        if (seed == 7) {
            throw new IllegalStateException("seven");
        }
    }
}
