package dev.millrace.testkit;

import dev.millrace.simulator.settings.SimulatorSettings;

/**
 * The options of a {@link MillracePipeline}.
 *
 * @param configuration text of a {@code millrace.yaml} without the key {@code kafka}; an empty text
 *     for the shipped models and defaults. The simulator answers for every provider, so that no API
 *     key is needed
 * @param simulator how the simulated provider behaves
 */
public record PipelineOptions(String configuration, SimulatorSettings simulator) {
    /** The shipped models; every call is answered at once. */
    public static final PipelineOptions DEFAULT =
            new PipelineOptions("", SimulatorSettings.DEFAULT);

    /** Returns these options with another configuration. */
    public PipelineOptions withConfiguration(String yaml) {
        return new PipelineOptions(yaml, simulator);
    }

    /**
     * Returns these options with another behaviour of the provider: latency, limits, failures.
     *
     * @param yaml settings of the simulator in YAML or JSON, as in its documentation
     * @throws dev.millrace.yaml.problem.ConfigException with every problem of the settings
     */
    public PipelineOptions withSimulator(String yaml) {
        return new PipelineOptions(
                configuration, SimulatorSettings.parse("the simulator's settings", yaml));
    }
}
