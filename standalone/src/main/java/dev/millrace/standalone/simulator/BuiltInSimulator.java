package dev.millrace.standalone.simulator;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The simulator that a configuration names as a provider, in this process. */
public final class BuiltInSimulator {
    private static final String LOOPBACK = "127.0.0.1";

    private BuiltInSimulator() {}

    /**
     * Reports every invalid simulator setting of a configuration file. Also reports settings that
     * differ between providers, because one simulator answers for all providers.
     */
    public static void checkSettings(Node.Mapping file, Problems problems) {
        var places = new NodeLocator(file, problems);
        var settings = new LinkedHashMap<String, SimulatorSettings>();
        for (String provider : places.keysOf("providers")) {
            places.find("providers", provider, "simulator")
                    .map(node -> SimulatorSettings.read(node, settingsOf(provider), problems))
                    .ifPresent(read -> settings.put(provider, read));
        }
        settings.forEach((provider, read) -> checkEqual(provider, read, settings, places));
    }

    private static void checkEqual(
            String provider,
            SimulatorSettings read,
            SequencedMap<String, SimulatorSettings> settings,
            NodeLocator places) {
        var first = settings.firstEntry();
        if (!read.equals(first.getValue())) {
            places.report(
                    "must be the same as "
                            + settingsOf(first.getKey())
                            + ", since one simulator answers for all providers; give its models"
                            + " different settings under models",
                    "providers",
                    provider,
                    "simulator");
        }
    }

    /**
     * Starts the simulator on a free port; returns null if no provider uses it. All providers that
     * use the simulator have equal settings.
     *
     * @throws ConfigException if its settings are invalid
     */
    public static @Nullable Simulator start(MillraceConfig config) {
        for (Map.Entry<String, ProviderConfig> provider : config.providers().entrySet()) {
            if (provider.getValue().simulator().isPresent()) {
                var problems = new Problems(config.origin());
                SimulatorSettings settings =
                        SimulatorSettings.read(
                                provider.getValue().simulator().get(),
                                settingsOf(provider.getKey()),
                                problems);
                if (!problems.isEmpty()) {
                    throw new ConfigException(problems.inOrder());
                }
                return Simulator.start(settings, LOOPBACK, 0);
            }
        }
        return null;
    }

    /** Returns the configuration with the address of the started simulator. */
    public static MillraceConfig locate(MillraceConfig config, URI address) {
        MillraceConfig located = config;
        for (Map.Entry<String, ProviderConfig> provider : config.providers().entrySet()) {
            if (provider.getValue().simulator().isPresent()) {
                located = located.withProvider(provider.getKey(), provider.getValue().at(address));
            }
        }
        return located;
    }

    private static String settingsOf(String provider) {
        return "providers." + provider + ".simulator";
    }
}
