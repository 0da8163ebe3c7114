package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.simulator.settings.SimulatorSettings;

/**
 * The parameters of {@code bench resilience}.
 *
 * @param warmUp jobs before the measured ones
 * @param jobs measured jobs
 * @param seed seed of the simulated provider
 */
record ResiliencePlan(Pace warmUp, Pace jobs, long seed) {
    /**
     * Returns the provider of all strategies. It fails 5.8 % of the calls and bills none of them.
     */
    SimulatorSettings provider() {
        String yaml =
                """
                seed: %d
                models:
                  "*":
                    latency: { p50: 200ms, p99: 1s }
                    failures: { server_error: 0.03, rate_limited: 0.015, overloaded: 0.008, drop_before_answer: 0.005 }
                """
                        .formatted(seed);
        return SimulatorSettings.parse("bench", yaml);
    }
}
