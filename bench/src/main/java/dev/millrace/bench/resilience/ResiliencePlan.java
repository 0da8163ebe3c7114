package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.util.Set;

/**
 * The parameters of {@code bench resilience}.
 *
 * @param parts what is measured
 * @param warmUp jobs before the measured ones of each strategy
 * @param jobs measured jobs of each strategy
 * @param seed seed of the simulated provider
 * @param faults parameters of the measurements with a fault
 */
record ResiliencePlan(Set<Part> parts, Pace warmUp, Pace jobs, long seed, FaultPlan faults) {
    /** What can be measured. */
    enum Part {
        /** Transient errors, by strategy. */
        RETRIES,
        /** A provider that is down, with and without breakers. */
        OUTAGE,
        /** Faults that end with a repair. */
        FAULTS
    }

    ResiliencePlan {
        parts = Set.copyOf(parts);
    }

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
