package dev.millrace.simulator.settings;

/**
 * One thing that is wrong with settings.
 *
 * @param path dotted path of the key, such as {@code models.gpt-4.1.latency.p50}; empty for the
 *     whole document
 * @param message what was expected and what was found
 */
public record Problem(String path, String message) {
    Problem under(String parent) {
        return new Problem(join(parent, path), message);
    }

    static String join(String parent, String key) {
        return parent.isEmpty() || key.isEmpty() ? parent + key : parent + "." + key;
    }

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
