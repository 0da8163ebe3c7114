package dev.millrace.yaml.document;

import dev.millrace.yaml.problem.Problems;
import dev.millrace.yaml.problem.Suggestion;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds nodes of a document by their keys, where {@code [0]} is the first item of a list, and
 * reports problems at their lines.
 *
 * @param root the top of the file
 * @param problems receives the reported problems
 */
public record NodeLocator(Node.Mapping root, Problems problems) {
    /** Returns the node at the given keys, if present. */
    public Optional<Node> find(String... keys) {
        Optional<Node> node = Optional.of(root);
        for (var key : keys) {
            node = node.flatMap(it -> step(it, key));
        }
        return node;
    }

    /** Returns the keys of the section at the given path; none if there is no section. */
    public Set<String> keysOf(String... keys) {
        return find(keys).orElse(root) instanceof Node.Mapping section && find(keys).isPresent()
                ? section.entries().keySet()
                : Set.of();
    }

    /** Returns the number of items of the list at the given path; 0 if there is no list. */
    public int sizeOf(String... keys) {
        return find(keys).orElse(root) instanceof Node.Sequence list ? list.items().size() : 0;
    }

    /**
     * Returns true if any value at or below the path contained a reference, and so can be a secret.
     */
    public boolean isInterpolated(String... keys) {
        return find(keys).map(Node::interpolated).orElse(false);
    }

    /** Reports a problem at the given path. */
    public void report(String message, String... keys) {
        problems.add(lineOf(keys), String.join(".", keys).replace(".[", "["), message);
    }

    /** Reports a name that is not one of the known names, with the closest known name as a hint. */
    public void requireOneOf(
            Collection<String> known, String name, String section, String... keys) {
        if (!known.contains(name)) {
            var shown = isInterpolated(keys) ? "the value" : "\"" + name + "\"";
            var hint = Suggestion.hint(name, known);
            var choice = hint.isEmpty() ? ", known names are " + String.join(", ", known) : hint;
            report("must be one of " + section + ", but " + shown + " is not" + choice, keys);
        }
    }

    /**
     * Returns the line of the last key, or of the innermost enclosing section that is in the file.
     */
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
        if (node instanceof Node.Mapping mapping) {
            return mapping.find(key);
        }
        return node instanceof Node.Sequence sequence && key.startsWith("[")
                ? Optional.of(sequence.items().get(Integer.parseInt(key, 1, key.length() - 1, 10)))
                : Optional.empty();
    }
}
