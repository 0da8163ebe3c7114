package dev.millrace.contracts.config;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.PolicyNames;
import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Places;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks that what one section of a file names is there in another one. */
final class References {
    private final Places places;
    private final MillraceKeys keys;

    /** The names of models, without their aliases. */
    private final Set<String> names = new TreeSet<>();

    /** Which model each name and each alias stands for. */
    private final Map<String, String> models = new TreeMap<>();

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
        var policyNames = new PolicyNames(places, models);
        places.keysOf("policies").forEach(name -> policyNames.check("policies", name));
        one(keys.router().defaultPolicy(), policies, "policies", "router", "default_policy");
        keys.requestTopics().keySet().forEach(this::topic);
    }

    private void provider(String model, String provider) {
        one(provider, places.keysOf("providers"), "providers", "models", model, "provider");
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
        places.requireOneOf(known, name, section, path);
    }

    private void addNames(Model model) {
        names.add(model.name());
        models.put(model.name(), model.name());
        model.aliases().forEach(alias -> models.put(alias, model.name()));
    }

    private void addWritten(String name) {
        names.add(name);
        models.put(name, name);
        if (places.find("models", name, "aliases").orElse(places.root())
                instanceof Node.Sequence aliases) {
            aliases.items().stream()
                    .flatMap(
                            item ->
                                    item instanceof Node.Scalar scalar
                                            ? Stream.of(scalar.text())
                                            : Stream.empty())
                    .forEach(alias -> models.put(alias, name));
        }
    }
}
