package dev.millrace.configuration.loading;

import dev.millrace.yaml.document.Node;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ignores keys of the removed second server, so that a file with its address still works. Keys that
 * protected it are refused as unknown, because ignoring them could expose what they protected.
 */
final class FormerKeys {
    private FormerKeys() {}

    /** Returns the document without the former keys. */
    static Node.Mapping remove(Node.Mapping root) {
        return without(without(root, "sink", "listen"), "gateway", "sink");
    }

    private static Node.Mapping without(Node.Mapping root, String section, String key) {
        Node.Entry entry = root.entries().get(section);
        if (entry == null
                || !(entry.value() instanceof Node.Mapping mapping)
                || mapping.find(key).isEmpty()) {
            return root;
        }
        Map<String, Node.Entry> rest = new LinkedHashMap<>(mapping.entries());
        rest.remove(key);
        Map<String, Node.Entry> entries = new LinkedHashMap<>(root.entries());
        entries.put(section, new Node.Entry(entry.line(), new Node.Mapping(mapping.line(), rest)));
        return new Node.Mapping(root.line(), entries);
    }
}
