package dev.millrace.contracts.policy;

import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks the names of policies, and that the models they refer to exist. */
public final class PolicyNames {
    private static final Predicate<String> NAME =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}").asMatchPredicate();

    private final NodeLocator locator;
    private final Map<String, String> models;

    /**
     * Creates a checker for the policies of a file.
     *
     * @param models the name of each model, by the name and by each alias
     */
    public PolicyNames(NodeLocator locator, Map<String, String> models) {
        this.locator = locator;
        this.models = models;
    }

    /**
     * Returns true if the name is valid for a policy. It becomes part of keys, headers and results.
     */
    public static boolean isName(String name) {
        return NAME.test(name);
    }

    /**
     * Reports an invalid policy name, unknown model names, and splits that name one model twice.
     * Works on policies with other problems too.
     *
     * @param path key path of the policy, ending with its name
     */
    public void check(String... path) {
        if (!isName(path[path.length - 1])) {
            locator.report(
                    "must have a name of up to 100 letters, digits, dots, dashes and underscores",
                    path);
        }
        for (var i = 0; i < locator.sizeOf(with(path, "rules")); i++) {
            var rule = with(path, "rules", "[" + i + "]");
            requireModels(with(rule, "use"));
            requireModels(with(rule, "cheapest", "among"));
            var split = with(rule, "split");
            for (var arm = 0; arm < locator.sizeOf(split); arm++) {
                requireModel(split, with(split, "[" + arm + "]", "model"));
            }
            requireDistinctModels(split);
        }
    }

    /**
     * Reports a split with two names of one model, since a guard would compare the model with
     * itself. The constructor of {@link Rule} reports a repeated name.
     */
    private void requireDistinctModels(String... split) {
        var seen = new HashMap<String, String>();
        for (var arm = 0; arm < locator.sizeOf(split); arm++) {
            if (locator.find(with(split, "[" + arm + "]", "model")).orElse(locator.root())
                    instanceof Node.Scalar scalar) {
                var model = models.getOrDefault(scalar.text(), scalar.text());
                var other = seen.putIfAbsent(model, scalar.text());
                if (other != null && !other.equals(scalar.text())) {
                    locator.report(
                            "must name each model once: %s and %s are the same model"
                                    .formatted(other, scalar.text()),
                            split);
                }
            }
        }
    }

    private void requireModels(String... list) {
        for (var i = 0; i < locator.sizeOf(list); i++) {
            requireModel(list, with(list, "[" + i + "]"));
        }
    }

    /** Reports an unknown model name. The reader reports a value that is not text. */
    private void requireModel(String[] list, String[] name) {
        if (locator.find(name).orElse(locator.root()) instanceof Node.Scalar scalar
                && scalar.missing().isEmpty()
                && scalar.type() != Node.ScalarType.NOTHING) {
            locator.requireOneOf(models.keySet(), scalar.text(), "models", list);
        }
    }

    private static String[] with(String[] path, String... keys) {
        return Stream.concat(Stream.of(path), Stream.of(keys)).toArray(String[]::new);
    }
}
