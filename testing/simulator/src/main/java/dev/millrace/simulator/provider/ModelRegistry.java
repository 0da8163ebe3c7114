package dev.millrace.simulator.provider;

import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The settings and state of every model. Settings may change at run time. Thread-safe. */
public final class ModelRegistry {
    /**
     * Maximum number of models with separate state. Further models without settings share one
     * state, so that a client cannot exhaust memory with model names.
     */
    private static final int MAX_STATES = 10_000;

    private final LongSupplier ticker;
    private final Map<String, ModelSettings> settings = new ConcurrentHashMap<>();
    private final Map<String, ModelState> states = new ConcurrentHashMap<>();

    ModelRegistry(SimulatorSettings settings, LongSupplier ticker) {
        this.ticker = ticker;
        this.settings.put(SimulatorSettings.ANY_MODEL, ModelSettings.DEFAULT);
        this.settings.putAll(settings.models());
    }

    /** Returns the current settings by model. */
    public Map<String, ModelSettings> settings() {
        return new TreeMap<>(settings);
    }

    /** Returns the settings of every model without its own settings. */
    public ModelSettings any() {
        return settings.getOrDefault(SimulatorSettings.ANY_MODEL, ModelSettings.DEFAULT);
    }

    /** Returns the names of the models with their own settings, in alphabetical order. */
    public List<String> names() {
        return settings.keySet().stream()
                .filter(name -> !name.equals(SimulatorSettings.ANY_MODEL))
                .sorted()
                .toList();
    }

    /** Sets a model's behaviour for all later calls, and resets its limits. */
    public void put(String model, ModelSettings changed) {
        settings.put(model, changed);
        resetState(model);
    }

    /** Removes a model's own settings, so that the settings of {@link #any} apply. */
    public void remove(String model) {
        settings.remove(model);
        resetState(model);
    }

    /** Resets the counts of failed calls by idempotency key. */
    public void resetFailFirst() {
        states.values().forEach(ModelState::resetFailFirst);
    }

    /** Returns the settings that apply to a model. */
    ModelSettings settings(String model) {
        return settings.getOrDefault(model, any());
    }

    ModelState state(String model) {
        ModelState known = states.get(model);
        if (known != null) {
            return known;
        }
        String name = states.size() < MAX_STATES ? model : SimulatorSettings.ANY_MODEL;
        return states.computeIfAbsent(
                name, key -> new ModelState(settings(key), ticker.getAsLong()));
    }

    private void resetState(String model) {
        if (model.equals(SimulatorSettings.ANY_MODEL)) {
            states.keySet().removeIf(name -> !settings.containsKey(name));
        }
        states.remove(model);
    }
}
