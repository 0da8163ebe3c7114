package dev.millrace.standalone.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The models that a rollback removes: models named by the policy before the rollback, but not by
 * the restored policy. A restored rule that chooses the cheapest model can still choose a removed
 * model.
 *
 * @param models catalog names, in the order of the rules
 * @param allowed for each rule of the restored policy, the models that it may choose
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
        return rule.selectableModels(catalog)
                .map(Model::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean contains(String model) {
        return models.contains(model);
    }

    /**
     * Returns true when the rule may choose the model.
     *
     * @param rule number of the rule, from 1
     */
    boolean isAllowed(int rule, String model) {
        return rule <= allowed.size() && allowed.get(rule - 1).contains(model);
    }
}
