package dev.millrace.contracts.config;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.PolicyConfig.Rule;
import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Suggestion;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks that what one section of a file names is there in another one. */
final class References {
    private final Places places;
    private final MillraceKeys keys;

    /** The names of models, without their aliases. */
    private final Set<String> names = new TreeSet<>();

    private final Set<String> models = new TreeSet<>();
    private final Set<String> policies = new TreeSet<>();

    References(Places places, MillraceKeys keys, Collection<Model> known) {
        this.places = places;
        this.keys = keys;
        known.forEach(this::addNames);
        // A model whose own section is wrong is reported there, not wherever it is named.
        places.keysOf("models").forEach(this::addWritten);
        policies.add(RouterConfig.DEFAULT.defaultPolicy());
        policies.addAll(places.keysOf("policies"));
    }

    void check() {
        keys.models()
                .forEach((name, model) -> model.provider().ifPresent(it -> provider(name, it)));
        keys.worker().models().names().stream()
                .filter(name -> !keys.worker().models().isAll())
                .forEach(name -> one(name, names, "models", "worker", "models"));
        keys.policies().forEach(this::policy);
        one(keys.router().defaultPolicy(), policies, "policies", "router", "default_policy");
        keys.requestTopics().keySet().forEach(this::topic);
    }

    private void provider(String model, String provider) {
        one(provider, places.keysOf("providers"), "providers", "models", model, "provider");
    }

    private void policy(String name, PolicyConfig policy) {
        for (var i = 0; i < policy.rules().size(); i++) {
            rule(policy.rules().get(i), "policies", name, "rules", "[" + i + "]");
        }
    }

    private void rule(Rule rule, String... path) {
        rule.use().forEach(name -> model(name, with(path, "use")));
        rule.split().forEach(arm -> model(arm.model(), with(path, "split")));
    }

    private void model(String name, String... path) {
        one(name, models, "models", path);
    }

    private void topic(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,249}")) {
            places.report(
                    "must be a topic name: letters, digits, dots, dashes or underscores",
                    "request_topics",
                    name);
        }
    }

    private void one(String name, Collection<String> known, String section, String... path) {
        if (!known.contains(name)) {
            var shown = places.isInterpolated(path) ? "something else" : "\"" + name + "\"";
            var hint = Suggestion.hint(name, known);
            var choice = hint.isEmpty() ? ", known are " + String.join(", ", known) : hint;
            places.report("must be one of " + section + ", " + shown + " is none" + choice, path);
        }
    }

    private void addNames(Model model) {
        names.add(model.name());
        models.add(model.name());
        models.addAll(model.aliases());
    }

    private void addWritten(String name) {
        names.add(name);
        models.add(name);
        if (places.find("models", name, "aliases").orElse(places.root())
                instanceof Node.Sequence aliases) {
            aliases.items().stream()
                    .flatMap(
                            item ->
                                    item instanceof Node.Scalar scalar
                                            ? Stream.of(scalar.text())
                                            : Stream.empty())
                    .forEach(models::add);
        }
    }

    private static String[] with(String[] path, String key) {
        var longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = key;
        return longer;
    }
}
