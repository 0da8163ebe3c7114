package dev.millrace.contracts.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.ConfigException;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.PolicyNames;
import dev.millrace.contracts.yaml.Conversions;
import dev.millrace.contracts.yaml.Interpolation;
import dev.millrace.contracts.yaml.Node;
import dev.millrace.contracts.yaml.Places;
import dev.millrace.contracts.yaml.Problems;
import dev.millrace.contracts.yaml.RecordReader;
import dev.millrace.contracts.yaml.TextFile;
import dev.millrace.contracts.yaml.YamlDocument;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads policies that are on their way to control or come from there. Nothing is replaced in them:
 * what one process wrote must mean the same to all. Everything that is wrong is said at once.
 */
public final class PolicyReader {
    private static final String HEAD = "The policies have";
    private static final String POLICIES = "policies";
    private static final String BUDGET = "budget_left_usd";

    private final Problems problems;

    private PolicyReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * The policies of a file with a {@code policies} block, by name in the order of the file. Other
     * blocks are not looked at, so a whole configuration will do.
     *
     * @param catalog the models that they may name
     * @throws ConfigException with everything that is wrong with them
     */
    public static Map<String, Policy> load(Path file, Catalog catalog) {
        var problems = new Problems(file.toString());
        return TextFile.read(file, problems)
                .map(text -> new PolicyReader(problems).policies(text, catalog))
                .orElseThrow(() -> new ConfigException(HEAD, problems.inOrder()));
    }

    /**
     * As {@link #load}, from the text of a file.
     *
     * @param origin the file, for messages
     * @throws ConfigException with everything that is wrong with them
     */
    public static Map<String, Policy> parse(String origin, String yaml, Catalog catalog) {
        return new PolicyReader(new Problems(origin)).policies(yaml, catalog);
    }

    /**
     * A policy as control stores it: the key {@code rules}. It may name models of a catalog that
     * this process does not have.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    static Policy stored(String yaml) {
        var reader = new PolicyReader(new Problems("control"));
        var policy = reader.root(yaml).flatMap(root -> reader.policy(root, ""));
        reader.requireNone();
        return policy.orElseThrow(() -> new ConfigException(HEAD, reader.problems.inOrder()));
    }

    private Map<String, Policy> policies(String yaml, Catalog catalog) {
        var policies = new LinkedHashMap<String, Policy>();
        root(yaml).ifPresent(root -> read(root, catalog, policies));
        requireNone();
        return policies;
    }

    private void read(Node.Mapping root, Catalog catalog, Map<String, Policy> policies) {
        var block = root.find(POLICIES);
        if (block.isEmpty() || !(block.get() instanceof Node.Mapping mapping)) {
            problems.add(
                    root.line(), POLICIES, "must be there, with a policy under each of its names");
            return;
        }
        var names = new PolicyNames(new Places(root, problems), namesOf(catalog));
        mapping.entries()
                .forEach(
                        (name, entry) -> {
                            policy(entry.value(), POLICIES + "." + name)
                                    .ifPresent(policy -> policies.put(name, policy));
                            names.check(POLICIES, name);
                        });
    }

    private static Map<String, String> namesOf(Catalog catalog) {
        var names = new TreeMap<String, String>();
        for (var model : catalog.models()) {
            names.put(model.name(), model.name());
            model.aliases().forEach(alias -> names.put(alias, model.name()));
        }
        return names;
    }

    private Optional<Policy> policy(Node node, String path) {
        var policy =
                new RecordReader(new Conversions(), problems).read(node, path, Policy.class, null);
        if (node instanceof Node.Mapping mapping) {
            refuseBudgets(new Places(mapping, problems), path);
        }
        return policy;
    }

    private void refuseBudgets(Places policy, String path) {
        for (var i = 0; i < policy.sizeOf("rules"); i++) {
            if (policy.find("rules", "[" + i + "]", "when", BUDGET).isPresent()) {
                problems.add(
                        policy.lineOf("rules", "[" + i + "]", "when", BUDGET),
                        path + ".rules[" + i + "].when." + BUDGET,
                        "is not yet supported: budgets are not counted yet");
            }
        }
    }

    private Optional<Node.Mapping> root(String yaml) {
        return YamlDocument.read(yaml, Interpolation.refused(), problems);
    }

    private void requireNone() {
        if (!problems.isEmpty()) {
            throw new ConfigException(HEAD, problems.inOrder());
        }
    }
}
