package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireRange;
import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All settings of a simulated provider. With {@code {}}, every model answers at once and without
 * limits.
 *
 * @param seed seed of all random draws
 * @param keys accepted API keys of {@link #SHARED_ACCOUNT}; with no key here and none in an
 *     account, any key or none is accepted
 * @param ledgerEntries calls that the ledger keeps as entries of about 70 bytes, 0 to 50,000,000;
 *     later calls are only counted
 * @param models settings by model name; {@link #ANY_MODEL} applies to all other models
 * @param accounts accounts by name; {@link #SHARED_ACCOUNT} has all accepted keys that no other
 *     account lists
 * @param outages times in which the provider is down
 */
public record SimulatorSettings(
        long seed,
        List<String> keys,
        int ledgerEntries,
        Map<String, ModelSettings> models,
        Map<String, AccountSettings> accounts,
        List<Outage> outages) {
    /** Key in {@link #models} of the settings for all models without their own. */
    public static final String ANY_MODEL = "*";

    /** Key in {@link #accounts} of the account whose keys no other account lists. */
    public static final String SHARED_ACCOUNT = "*";

    /** Every model answers at once. */
    public static final SimulatorSettings DEFAULT =
            new SimulatorSettings(1, List.of(), 1_000_000, Map.of(), Map.of(), List.of());

    public SimulatorSettings {
        requireValid(keys, ledgerEntries, accounts);
        keys = List.copyOf(keys);
        models = Map.copyOf(models);
        accounts = Map.copyOf(accounts);
        outages = List.copyOf(outages);
    }

    /** Returns settings with the given behaviour of every model, and defaults for the rest. */
    public static SimulatorSettings ofEveryModel(ModelSettings model) {
        return new SimulatorSettings(
                DEFAULT.seed,
                DEFAULT.keys,
                DEFAULT.ledgerEntries,
                Map.of(ANY_MODEL, model),
                DEFAULT.accounts,
                DEFAULT.outages);
    }

    /** Returns the settings that apply to {@code model}. */
    public ModelSettings model(String model) {
        ModelSettings own = models.get(model);
        return own != null ? own : models.getOrDefault(ANY_MODEL, ModelSettings.DEFAULT);
    }

    private static void requireValid(
            List<String> keys, int ledgerEntries, Map<String, AccountSettings> accounts) {
        requireRange("ledger_entries", ledgerEntries, 0, 50_000_000);
        require(keys.stream().noneMatch(String::isBlank), "keys", "must not contain a blank key");
        Set<String> seen = new HashSet<>(keys);
        accounts.forEach(
                (name, account) ->
                        require(
                                account.keys().stream().allMatch(seen::add),
                                "accounts",
                                "must not list a key twice; "
                                        + name
                                        + " lists a key that is listed before"));
    }

    /**
     * Reads settings in YAML or JSON.
     *
     * @param origin name of the file, for messages
     * @throws ConfigException with every problem
     */
    public static SimulatorSettings parse(String origin, String text) {
        Problems problems = new Problems(origin);
        var read =
                YamlDocument.read(text, Interpolation.rejectingReferences(), problems)
                        .map(node -> read(node, "", problems));
        return read.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new ConfigException("The settings have", problems.inOrder()));
    }

    /**
     * Reads settings that are part of a larger document.
     *
     * @param path key path of {@code node} in the document
     * @return the settings, with defaults for invalid values
     */
    public static SimulatorSettings read(Node node, String path, Problems problems) {
        Keys read =
                new RecordReader(new Conversions(), problems)
                        .read(node, path, Keys.class, Keys.DEFAULT)
                        .orElse(Keys.DEFAULT);
        String prefix = (path.isEmpty() ? "" : path + ".") + "models.";
        ModelSettings any = read.model(ANY_MODEL, prefix, ModelSettings.DEFAULT, problems);
        Map<String, ModelSettings> models = new HashMap<>(Map.of(ANY_MODEL, any));
        for (String name : read.models.keySet()) {
            models.computeIfAbsent(name, it -> read.model(it, prefix, any, problems));
        }
        return new SimulatorSettings(
                read.seed, read.keys, read.ledgerEntries, models, read.accounts, read.outages);
    }

    /** The keys of the settings. The models are read afterwards, since they inherit from "*". */
    private record Keys(
            long seed,
            List<String> keys,
            int ledgerEntries,
            Map<String, Node> models,
            Map<String, AccountSettings> accounts,
            List<Outage> outages) {
        private static final Keys DEFAULT =
                new Keys(
                        SimulatorSettings.DEFAULT.seed,
                        SimulatorSettings.DEFAULT.keys,
                        SimulatorSettings.DEFAULT.ledgerEntries,
                        Map.of(),
                        SimulatorSettings.DEFAULT.accounts,
                        SimulatorSettings.DEFAULT.outages);

        Keys {
            requireValid(keys, ledgerEntries, accounts);
        }

        ModelSettings model(String name, String path, ModelSettings base, Problems problems) {
            return Optional.ofNullable(models.get(name))
                    .flatMap(node -> ModelSettings.read(node, path + name, base, problems))
                    .orElse(base);
        }
    }

    /** Shows the number of keys, never a key. */
    @Override
    public String toString() {
        return "SimulatorSettings[seed="
                + seed
                + ", keys="
                + keys.size()
                + ", ledgerEntries="
                + ledgerEntries
                + ", models="
                + models
                + ", accounts="
                + accounts
                + ", outages="
                + outages
                + "]";
    }
}
