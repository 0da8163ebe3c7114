package dev.millrace.contracts.yaml;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds places in a file by their keys, where {@code [0]} is the first item of a list, and reports
 * what is wrong there.
 *
 * @param root the top of the file
 * @param problems where it is reported
 */
public record Places(Node.Mapping root, Problems problems) {
    /** What stands there, if anything does. */
    public Optional<Node> find(String... keys) {
        Optional<Node> node = Optional.of(root);
        for (var key : keys) {
            node = node.flatMap(it -> step(it, key));
        }
        return node;
    }

    /** The keys of the section there; none if there is none. */
    public Set<String> keysOf(String... keys) {
        return find(keys).orElse(root) instanceof Node.Mapping section && find(keys).isPresent()
                ? section.entries().keySet()
                : Set.of();
    }

    /** How many items the list there has; 0 if there is none. */
    public int sizeOf(String... keys) {
        return find(keys).orElse(root) instanceof Node.Sequence list ? list.items().size() : 0;
    }

    /** Whether anything there was replaced, so that it may be a secret. */
    public boolean isInterpolated(String... keys) {
        return find(keys).map(Places::isInterpolated).orElse(false);
    }

    /** Something is wrong there. */
    public void report(String message, String... keys) {
        problems.add(lineOf(keys), String.join(".", keys).replace(".[", "["), message);
    }

    /** Reports a name that is none of those that are known, with the one that may be meant. */
    public void requireOneOf(
            Collection<String> known, String name, String section, String... keys) {
        if (!known.contains(name)) {
            var shown = isInterpolated(keys) ? "something else" : "\"" + name + "\"";
            var hint = Suggestion.hint(name, known);
            var choice = hint.isEmpty() ? ", known are " + String.join(", ", known) : hint;
            report("must be one of " + section + ", " + shown + " is none" + choice, keys);
        }
    }

    /** The line of the last key, or of the closest section around it that is in the file. */
    public int lineOf(String... keys) {
        var line = root.line();
        Node node = root;
        for (var key : keys) {
            var next = step(node, key);
            if (next.isEmpty()) {
                return line;
            }
            line =
                    node instanceof Node.Mapping mapping
                            ? lineOfKey(mapping, key)
                            : next.get().line();
            node = next.get();
        }
        return line;
    }

    private static int lineOfKey(Node.Mapping mapping, String key) {
        return Objects.requireNonNull(mapping.entries().get(key)).line();
    }

    private static Optional<Node> step(Node node, String key) {
        return switch (node) {
            case Node.Mapping mapping -> mapping.find(key);
            case Node.Sequence sequence when key.startsWith("[") ->
                    Optional.of(
                            sequence.items().get(Integer.parseInt(key, 1, key.length() - 1, 10)));
            case Node.Sequence _, Node.Scalar _ -> Optional.empty();
        };
    }

    private static boolean isInterpolated(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar.interpolated();
            case Node.Sequence sequence ->
                    sequence.items().stream().anyMatch(Places::isInterpolated);
            case Node.Mapping mapping ->
                    mapping.entries().values().stream().anyMatch(it -> isInterpolated(it.value()));
        };
    }
}
