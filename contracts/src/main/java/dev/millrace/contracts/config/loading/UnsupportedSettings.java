package dev.millrace.contracts.config.loading;

import dev.millrace.reader.document.Node;
import dev.millrace.reader.problem.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rejects settings that can be parsed but are not supported yet, since ignoring them would be
 * misleading.
 *
 * <p>One row for each setting, removed when the setting becomes supported.
 */
final class UnsupportedSettings {
    /** Every setting that is read but not supported. */
    private static final List<Setting> SETTINGS =
            List.of(setting("sink.webhooks", UnsupportedSettings::anyItem, "no events are sent"));

    private UnsupportedSettings() {}

    /**
     * A setting in a file.
     *
     * @param pattern key path; {@code *} stands for any name, {@code []} for each item of a list
     * @param unsupported whether the value at the path is not supported
     * @param reason current behaviour
     */
    private record Setting(List<String> pattern, Predicate<Node> unsupported, String reason) {}

    /** Reports every unsupported setting in the file. */
    static void check(Node.Mapping root, Problems problems) {
        SETTINGS.forEach(setting -> check(setting, 0, root, root.line(), "", problems));
    }

    private static void check(
            Setting setting, int depth, Node node, int line, String path, Problems problems) {
        if (depth == setting.pattern.size()) {
            if (setting.unsupported.test(node)) {
                problems.add(line, path, "is not supported yet; " + setting.reason);
            }
            return;
        }
        var key = setting.pattern.get(depth);
        switch (node) {
            case Node.Mapping mapping ->
                    mapping.entries().entrySet().stream()
                            .filter(entry -> key.equals("*") || key.equals(entry.getKey()))
                            .forEach(
                                    entry ->
                                            check(
                                                    setting,
                                                    depth + 1,
                                                    entry.getValue().value(),
                                                    entry.getValue().line(),
                                                    path.isEmpty()
                                                            ? entry.getKey()
                                                            : path + "." + entry.getKey(),
                                                    problems));
            case Node.Sequence sequence when key.equals("[]") -> {
                for (var i = 0; i < sequence.items().size(); i++) {
                    var item = sequence.items().get(i);
                    check(setting, depth + 1, item, item.line(), path + "[" + i + "]", problems);
                }
            }
            case Node.Sequence _, Node.Scalar _ -> {}
        }
    }

    private static Setting setting(String pattern, Predicate<Node> unsupported, String reason) {
        return new Setting(
                Arrays.asList(pattern.replace("[]", ".[]").split("\\.")), unsupported, reason);
    }

    private static boolean anyItem(Node node) {
        return !(node instanceof Node.Sequence sequence) || !sequence.items().isEmpty();
    }
}
