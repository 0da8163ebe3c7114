package dev.millrace.simulator.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * All settings of a simulated provider. With {@code {}}, every model answers at once and without
 * limits.
 *
 * @param seed seed of all random draws
 * @param keys accepted API keys; empty = any key or none
 * @param ledgerEntries calls that the ledger keeps as entries of about 70 bytes, 0 to 50,000,000;
 *     later calls are only counted
 * @param models settings by model name; {@link #ANY_MODEL} applies to all other models
 */
public record SimulatorSettings(
        long seed, List<String> keys, int ledgerEntries, Map<String, ModelSettings> models) {
    /** Key in {@link #models} of the settings for all models without their own. */
    public static final String ANY_MODEL = "*";

    /** Every model answers at once. */
    public static final SimulatorSettings DEFAULT =
            new SimulatorSettings(1, List.of(), 1_000_000, Map.of());

    public SimulatorSettings {
        new SettingsValidator()
                .range("ledger_entries", ledgerEntries, 0, 50_000_000)
                .require(
                        keys.stream().noneMatch(String::isBlank),
                        "keys",
                        "must not contain a blank key")
                .throwIfInvalid();
        keys = List.copyOf(keys);
        models = Map.copyOf(models);
    }

    /** Returns the settings that apply to {@code model}. */
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
        List<SettingsProblem> problems = new ArrayList<>();
        SimulatorSettings read =
                read(json, (path, message) -> problems.add(new SettingsProblem(path, message)));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return read;
    }

    /**
     * Reads settings that are part of a larger document.
     *
     * @param json an object; null and missing count as empty
     * @param problems receives the dotted path, relative to {@code json}, and the message of each
     *     problem
     * @return the settings, with defaults for invalid values
     */
    public static SimulatorSettings read(JsonNode json, BiConsumer<String, String> problems) {
        SettingsNode node = new SettingsNode(json, "", problems);
        long seed = node.longInteger("seed", DEFAULT.seed);
        List<String> keys = node.strings("keys", DEFAULT.keys);
        int ledgerEntries = node.integer("ledger_entries", DEFAULT.ledgerEntries);
        Map<String, ModelSettings> models = readModels(node.object("models"));
        node.rejectUnknownKeys();
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
                + "]";
    }
}
