package dev.millrace.configuration.loading;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.policy.PolicyNames;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that names used in one section of a file are defined in another section. */
final class ReferenceChecker {
    private final NodeLocator locator;
    private final MillraceKeys keys;
    private final Collection<Model> known;

    /** Model names, without aliases. */
    private final Set<String> names = new TreeSet<>();

    /** The name of each model, by the name and by each alias. */
    private final Map<String, String> models = new TreeMap<>();

    private final Set<String> policies = new TreeSet<>();

    ReferenceChecker(NodeLocator locator, MillraceKeys keys, Collection<Model> known) {
        this.locator = locator;
        this.keys = keys;
        this.known = known;
        known.forEach(this::addNames);
        // A model with an invalid section is reported there, not at every reference.
        locator.keysOf("models").forEach(this::addUnparsed);
        policies.add(RouterConfig.DEFAULT.defaultPolicy());
        policies.addAll(locator.keysOf("policies"));
    }

    void check() {
        keys.models()
                .forEach((name, model) -> model.provider().ifPresent(it -> provider(name, it)));
        known.forEach(this::urls);
        keys.worker().models().names().stream()
                .filter(name -> !keys.worker().models().isAll())
                .forEach(name -> require(name, names, "models", "worker", "models"));
        var policyNames = new PolicyNames(locator, models);
        locator.keysOf("policies").forEach(name -> policyNames.check("policies", name));
        require(keys.router().defaultPolicy(), policies, "policies", "router", "default_policy");
        keys.requestTopics().keySet().forEach(this::topic);
        keys.retrieval().model().ifPresent(this::embeddings);
    }

    /** Checks that a model computes embeddings. */
    private void embeddings(String name) {
        boolean isInvalid =
                known.stream()
                        .filter(it -> it.name().equals(name))
                        .anyMatch(it -> !it.computesEmbeddings());
        if (isInvalid) {
            locator.report(
                    "must be local or a model whose urls have "
                            + Endpoint.EMBEDDINGS.url()
                            + "; "
                            + name
                            + " has none",
                    "retrieval",
                    "embeddings");
        } else {
            require(name, names, "models", "retrieval", "embeddings");
        }
    }

    private void provider(String model, String provider) {
        require(provider, locator.keysOf("providers"), "providers", "models", model, "provider");
    }

    /** Checks that a model's provider offers the urls declared for the model. */
    private void urls(Model model) {
        var provider = keys.providers().get(model.provider());
        if (provider == null || locator.find("models", model.name(), "urls").isEmpty()) {
            return;
        }
        var offered = provider.endpoints();
        for (var url : model.urls()) {
            if (!offered.contains(url)) {
                locator.report(
                        "must be urls that the provider "
                                + model.provider()
                                + " offers ("
                                + offered.stream()
                                        .map(Endpoint::url)
                                        .collect(Collectors.joining(", "))
                                + "), but "
                                + url.url()
                                + " is not",
                        "models",
                        model.name(),
                        "urls");
            }
        }
    }

    private void topic(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,249}")) {
            locator.report(
                    "must be a topic name: letters, digits, dots, dashes or underscores",
                    "request_topics",
                    name);
        }
    }

    private void require(String name, Collection<String> known, String section, String... path) {
        locator.requireOneOf(known, name, section, path);
    }

    private void addNames(Model model) {
        names.add(model.name());
        models.put(model.name(), model.name());
        model.aliases().forEach(alias -> models.put(alias, model.name()));
    }

    private void addUnparsed(String name) {
        names.add(name);
        models.put(name, name);
        if (locator.find("models", name, "aliases").orElse(locator.root())
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
