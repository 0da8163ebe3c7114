package dev.millrace.simulator.provider;

import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The settings and state of every model, changeable while calls are under way. Thread-safe. */
public final class Models {
    /**
     * Models without settings of their own that have a state of their own; all beyond share one, so
     * that a client cannot fill the memory with names.
     */
    private static final int MOST_STATES = 10_000;

    private final LongSupplier ticker;
    private final Map<String, ModelSettings> settings = new ConcurrentHashMap<>();
    private final Map<String, ModelState> states = new ConcurrentHashMap<>();

    Models(Map<String, ModelSettings> settings, LongSupplier ticker) {
        this.ticker = ticker;
        this.settings.put(SimulatorSettings.ANY_MODEL, ModelSettings.DEFAULT);
        this.settings.putAll(settings);
    }

    /** The settings in force, by model. */
    public Map<String, ModelSettings> settings() {
        return new TreeMap<>(settings);
    }

    /** The settings that all models without their own have. */
    public ModelSettings any() {
        return settings.getOrDefault(SimulatorSettings.ANY_MODEL, ModelSettings.DEFAULT);
    }

    /** Names of the models that have settings of their own, in alphabetical order. */
    public List<String> names() {
        return settings.keySet().stream()
                .filter(name -> !name.equals(SimulatorSettings.ANY_MODEL))
                .sorted()
                .toList();
    }

    /** Changes a model's behaviour for all calls that come from now on; its limits start afresh. */
    public void put(String model, ModelSettings changed) {
        settings.put(model, changed);
        restart(model);
    }

    /** Takes a model's own settings away, so that those for any model apply. */
    public void remove(String model) {
        settings.remove(model);
        restart(model);
    }

    /** Forgets which idempotency keys have failed already. */
    public void forgetKeys() {
        states.values().forEach(ModelState::forgetKeys);
    }

    ModelState state(String model) {
        ModelState known = states.get(model);
        if (known != null) {
            return known;
        }
        String name = states.size() < MOST_STATES ? model : SimulatorSettings.ANY_MODEL;
        return states.computeIfAbsent(
                name, key -> new ModelState(settings.getOrDefault(key, any()), ticker.getAsLong()));
    }

    private void restart(String model) {
        if (model.equals(SimulatorSettings.ANY_MODEL)) {
            states.keySet().removeIf(name -> !settings.containsKey(name));
        }
        states.remove(model);
    }
}
