package dev.millrace.contracts.config;

import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Problems;
import java.util.Optional;
import java.util.Set;

/** Finds places in a file by their keys, and reports what is wrong there. */
record Places(Node.Mapping root, Problems problems) {
    /** What stands there, if anything does. */
    Optional<Node> find(String... keys) {
        Optional<Node> node = Optional.of(root);
        for (var key : keys) {
            node =
                    node.flatMap(
                            it ->
                                    it instanceof Node.Mapping mapping
                                            ? mapping.find(key)
                                            : Optional.empty());
        }
        return node;
    }

    /** The keys of the section there; none if there is none. */
    Set<String> keysOf(String... keys) {
        return find(keys).orElse(root) instanceof Node.Mapping section && find(keys).isPresent()
                ? section.entries().keySet()
                : Set.of();
    }

    /** Something is wrong there. */
    void report(String message, String... keys) {
        problems.add(lineOf(keys), String.join(".", keys), message);
    }

    /** The line of the last key, or of the closest section around it that is in the file. */
    private int lineOf(String... keys) {
        var line = root.line();
        Node node = root;
        for (var key : keys) {
            if (!(node instanceof Node.Mapping mapping) || !mapping.entries().containsKey(key)) {
                return line;
            }
            var entry = mapping.entries().get(key);
            line = entry.line();
            node = entry.value();
        }
        return line;
    }
}
