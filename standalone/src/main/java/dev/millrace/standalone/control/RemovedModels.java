package dev.millrace.standalone.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Models that a policy named before it was taken back, and does not name now, by their names in the
 * catalog. A rule of the policy that takes the cheapest of all may still come to one.
 *
 * @param models in the order of the rules
 * @param allowed what each rule of the policy may choose now
 */
record RemovedModels(List<String> models, List<Set<String>> allowed) {
    RemovedModels {
        models = List.copyOf(models);
        allowed = List.copyOf(allowed);
    }

    static RemovedModels of(Policy from, Policy to, Catalog catalog) {
        var named = named(to, catalog).toList();
        return new RemovedModels(
                named(from, catalog).filter(model -> !named.contains(model)).toList(),
                to.rules().stream().map(rule -> allowed(rule, catalog)).toList());
    }

    private static Stream<String> named(Policy policy, Catalog catalog) {
        return policy.rules().stream()
                .flatMap(rule -> rule.models().stream())
                .map(name -> catalog.find(name).map(Model::name).orElse(name))
                .distinct();
    }

    private static Set<String> allowed(Rule rule, Catalog catalog) {
        return rule.mayChoose(catalog).map(Model::name).collect(Collectors.toUnmodifiableSet());
    }

    boolean contains(String model) {
        return models.contains(model);
    }

    /**
     * Whether that rule may choose the model now.
     *
     * @param rule its number, from 1
     */
    boolean isAllowed(int rule, String model) {
        return rule <= allowed.size() && allowed.get(rule - 1).contains(model);
    }
}
