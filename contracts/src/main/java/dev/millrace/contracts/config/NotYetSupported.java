package dev.millrace.contracts.config;

import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a file may say but Millrace does not do yet. It is refused, since ignoring it would mislead.
 *
 * <p>One row for each part; a row disappears when its part is built.
 */
final class NotYetSupported {
    private static final String LIMITS =
            "nothing is paced yet, only worker.max_in_flight bounds the calls";
    private static final String FALLBACK =
            "the shipped chains are recorded, but no job falls back yet";

    /** Every part that is read and not built. */
    private static final List<Part> PARTS =
            List.of(
                    part("limits", LIMITS),
                    part("providers.*.limits", LIMITS),
                    part("models.*.limits", LIMITS),
                    part(
                            "providers.*.keys",
                            NotYetSupported::severalItems,
                            "only one key is used yet"),
                    part("models.*.fallback", FALLBACK),
                    part("models.*.fallback_after", FALLBACK),
                    part(
                            "models.*.stream",
                            is("always"),
                            "requests are only streamed when they say so"),
                    part("worker.breaker", "no model is given a rest yet"),
                    part(
                            "worker.lane_weights",
                            "the lanes normal and bulk have their default weights yet"),
                    part("worker.lease", "limits are not shared between workers yet"),
                    part(
                            "router.cache",
                            NotYetSupported::anyCaching,
                            "no answer is used again yet"),
                    part("policies.*.rules[].when.budget_left_usd", "budgets are not counted yet"),
                    part("tenants.*.budget", "tenants have no budgets yet"),
                    part("batches.*.budget", "batches have no budgets yet"),
                    part("sink.retention", "results are kept for ever yet"),
                    part(
                            "sink.api_keys",
                            NotYetSupported::anyItem,
                            "nothing is served that a key could open yet"),
                    part(
                            "sink.webhooks",
                            NotYetSupported::anyItem,
                            "nobody is told of events yet"));

    private NotYetSupported() {}

    /**
     * A part of a file.
     *
     * @param pattern its keys; {@code *} stands for any name, {@code []} for each item of a list
     * @param refused whether what stands there would be ignored
     * @param reason what happens instead
     */
    private record Part(List<String> pattern, Predicate<Node> refused, String reason) {}

    /** Reports every part that this file sets and that would be ignored. */
    static void check(Node.Mapping root, Problems problems) {
        PARTS.forEach(part -> check(part, 0, root, root.line(), "", problems));
    }

    private static void check(
            Part part, int depth, Node node, int line, String path, Problems problems) {
        if (depth == part.pattern.size()) {
            if (part.refused.test(node)) {
                problems.add(line, path, "is not yet supported: " + part.reason);
            }
            return;
        }
        var key = part.pattern.get(depth);
        switch (node) {
            case Node.Mapping mapping ->
                    mapping.entries().entrySet().stream()
                            .filter(entry -> key.equals("*") || key.equals(entry.getKey()))
                            .forEach(
                                    entry ->
                                            check(
                                                    part,
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
                    check(part, depth + 1, item, item.line(), path + "[" + i + "]", problems);
                }
            }
            case Node.Sequence _, Node.Scalar _ -> {}
        }
    }

    private static Part part(String pattern, String reason) {
        return part(pattern, node -> true, reason);
    }

    private static Part part(String pattern, Predicate<Node> refused, String reason) {
        return new Part(Arrays.asList(pattern.replace("[]", ".[]").split("\\.")), refused, reason);
    }

    private static Predicate<Node> is(String text) {
        return node -> node instanceof Node.Scalar scalar && scalar.text().equals(text);
    }

    private static boolean anyItem(Node node) {
        return !(node instanceof Node.Sequence sequence) || !sequence.items().isEmpty();
    }

    private static boolean severalItems(Node node) {
        return node instanceof Node.Sequence sequence && sequence.items().size() > 1;
    }

    private static boolean anyCaching(Node node) {
        return !(node instanceof Node.Mapping cache)
                || !cache.entries().keySet().stream().allMatch("default"::equals)
                || !cache.find("default").map(is("none")::test).orElse(true);
    }
}
