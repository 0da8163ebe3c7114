package dev.millrace.simulator.settings;

/**
 * One problem in the settings.
 *
 * @param path dotted path of the key, such as {@code models.gpt-4.1.latency.p50}; empty for the
 *     whole document
 * @param message the expected and the actual value
 */
public record SettingsProblem(String path, String message) {
    SettingsProblem under(String parent) {
        return new SettingsProblem(join(parent, path), message);
    }

    static String join(String parent, String key) {
        return parent.isEmpty() || key.isEmpty() ? parent + key : parent + "." + key;
    }

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
