package dev.millrace.contracts.policy;

import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Places;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks how policies are called, and that the models which they name are there. */
public final class PolicyNames {
    private static final Predicate<String> NAME =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}").asMatchPredicate();

    private final Places places;
    private final Map<String, String> models;

    /**
     * Checks the policies of a file.
     *
     * @param models the model that each name and each alias stands for
     */
    public PolicyNames(Places places, Map<String, String> models) {
        this.places = places;
        this.models = models;
    }

    /** Whether a policy can be called so: its name is part of keys, headers and results. */
    public static boolean isName(String name) {
        return NAME.test(name);
    }

    /**
     * Reports a name that no policy can have, every name of a model that is none, and two names of
     * one model in a split, whatever else is wrong with the policy.
     *
     * @param path the keys that lead to the policy, its name the last of them
     */
    public void check(String... path) {
        if (!isName(path[path.length - 1])) {
            places.report(
                    "must have a name of up to 100 letters, digits, dots, dashes and underscores",
                    path);
        }
        for (var i = 0; i < places.sizeOf(with(path, "rules")); i++) {
            var rule = with(path, "rules", "[" + i + "]");
            each(with(rule, "use"));
            each(with(rule, "cheapest", "among"));
            var split = with(rule, "split");
            for (var arm = 0; arm < places.sizeOf(split); arm++) {
                one(split, with(split, "[" + arm + "]", "model"));
            }
            eachOnce(split);
        }
    }

    /** A guard would compare a model with itself. The same name twice is reported by the rule. */
    private void eachOnce(String... split) {
        var seen = new HashMap<String, String>();
        for (var arm = 0; arm < places.sizeOf(split); arm++) {
            if (places.find(with(split, "[" + arm + "]", "model")).orElse(places.root())
                    instanceof Node.Scalar scalar) {
                var model = models.getOrDefault(scalar.text(), scalar.text());
                var other = seen.putIfAbsent(model, scalar.text());
                if (other != null && !other.equals(scalar.text())) {
                    places.report(
                            "must name each model once: %s and %s are the same one"
                                    .formatted(other, scalar.text()),
                            split);
                }
            }
        }
    }

    private void each(String... list) {
        for (var i = 0; i < places.sizeOf(list); i++) {
            one(list, with(list, "[" + i + "]"));
        }
    }

    /** What cannot be read as a text at all is reported by whoever reads it. */
    private void one(String[] list, String[] name) {
        if (places.find(name).orElse(places.root()) instanceof Node.Scalar scalar
                && scalar.missing().isEmpty()
                && scalar.look() != Node.Look.NOTHING) {
            places.requireOneOf(models.keySet(), scalar.text(), "models", list);
        }
    }

    private static String[] with(String[] path, String... keys) {
        return Stream.concat(Stream.of(path), Stream.of(keys)).toArray(String[]::new);
    }
}
