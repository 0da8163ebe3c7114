package dev.millrace.testwaits;

/** A simulation that fails for one seed; only {@link SeedRunnerTest} runs it. */
class FailingSimulation {
    @Seeds(value = 5, failed = {2, 7})
    void sevenFails(long seed) {
        if (seed == 7) {
            throw new IllegalStateException("seven");
        }
    }
}
