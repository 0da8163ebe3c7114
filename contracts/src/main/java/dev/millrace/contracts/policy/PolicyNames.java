package dev.millrace.contracts.policy;

import dev.millrace.contracts.yaml.Places;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Checks that the models which a policy names are there. */
public final class PolicyNames {
    private PolicyNames() {}

    /**
     * Reports every name of a model that is none.
     *
     * @param places the file that the policy was read from
     * @param models names and aliases
     * @param path the keys that lead to the policy
     */
    public static void check(
            Places places, Policy policy, Collection<String> models, String... path) {
        for (var i = 0; i < policy.rules().size(); i++) {
            var rule = policy.rules().get(i);
            var at = Stream.concat(Stream.of(path), Stream.of("rules", "[" + i + "]")).toList();
            rule.use().forEach(name -> check(places, name, models, at, "use"));
            rule.split().forEach(arm -> check(places, arm.model(), models, at, "split"));
            rule.cheapest().stream()
                    .flatMap(it -> it.among().stream())
                    .forEach(name -> check(places, name, models, at, "cheapest", "among"));
        }
    }

    private static void check(
            Places places,
            String name,
            Collection<String> models,
            List<String> rule,
            String... keys) {
        var path = Stream.concat(rule.stream(), Stream.of(keys)).toArray(String[]::new);
        places.requireOneOf(models, name, "models", path);
    }
}
