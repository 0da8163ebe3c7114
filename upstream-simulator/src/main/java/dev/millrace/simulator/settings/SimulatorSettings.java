package dev.millrace.simulator.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * All settings of a simulated provider. {@code {}} answers every model at once and without limits.
 *
 * @param seed of everything that happens by chance
 * @param keys API keys that are accepted; empty = any, also none
 * @param ledgerEntries calls that the ledger keeps one by one, 0 to 50,000,000; later ones are only
 *     counted. An entry takes about 70 bytes
 * @param models settings by model name; {@link #ANY_MODEL} for all others
 */
public record SimulatorSettings(
        long seed, List<String> keys, int ledgerEntries, Map<String, ModelSettings> models) {
    /**
     * The name under which {@link #models} holds what applies to all models without settings of
     * their own.
     */
    public static final String ANY_MODEL = "*";

    /** Every model answers at once. */
    public static final SimulatorSettings DEFAULT =
            new SimulatorSettings(1, List.of(), 1_000_000, Map.of());

    public SimulatorSettings {
        new Checks()
                .range("ledger_entries", ledgerEntries, 0, 50_000_000)
                .require(
                        keys.stream().noneMatch(String::isBlank),
                        "keys",
                        "must not hold a blank key")
                .done();
        keys = List.copyOf(keys);
        models = Map.copyOf(models);
    }

    /** The settings that apply to {@code model}. */
    public ModelSettings model(String model) {
        ModelSettings own = models.get(model);
        return own != null ? own : models.getOrDefault(ANY_MODEL, ModelSettings.DEFAULT);
    }

    /**
     * Reads settings.
     *
     * @throws SettingsException with every problem
     */
    public static SimulatorSettings parse(JsonNode json) {
        List<Problem> problems = new ArrayList<>();
        SimulatorSettings read =
                read(json, (path, message) -> problems.add(new Problem(path, message)));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return read;
    }

    /**
     * Reads settings that are part of a larger document.
     *
     * @param json an object; null and missing count as empty
     * @param problems takes the dotted path, relative to {@code json}, and the message of each
     *     problem
     * @return the settings, with defaults in place of what had a problem
     */
    public static SimulatorSettings read(JsonNode json, BiConsumer<String, String> problems) {
        SettingsNode node = new SettingsNode(json, "", problems);
        long seed = node.longInteger("seed", DEFAULT.seed);
        List<String> keys = node.texts("keys", DEFAULT.keys);
        int ledgerEntries = node.integer("ledger_entries", DEFAULT.ledgerEntries);
        Map<String, ModelSettings> models = readModels(node.object("models"));
        node.done();
        return node.build(
                "", () -> new SimulatorSettings(seed, keys, ledgerEntries, models), DEFAULT);
    }

    private static Map<String, ModelSettings> readModels(SettingsNode node) {
        Map<String, ModelSettings> models = new LinkedHashMap<>();
        ModelSettings any = ModelSettings.read(node.object(ANY_MODEL), ModelSettings.DEFAULT);
        models.put(ANY_MODEL, any);
        for (String name : node.keys()) {
            if (!name.equals(ANY_MODEL)) {
                models.put(name, ModelSettings.read(node.object(name), any));
            }
        }
        return models;
    }

    /** Shows how many keys there are, never a key. */
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
                + "]";
    }
}
