package dev.millrace.standalone.option;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.PolicyNames;
import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.document.TextFile;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a file with policies. Rejects references such as <code> ${…}</code>, so that a policy has
 * one meaning in all processes. Reports all problems at once.
 */
public final class PolicyFile {
    private static final String HEADLINE = "The policies have";
    private static final String POLICIES = "policies";

    private final Problems problems;

    private PolicyFile(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads the policies of a file with a {@code policies} section, by name in file order. Ignores
     * other sections, so the file can be a whole configuration.
     *
     * @param catalog models that the policies may name
     * @throws ConfigException with all problems of the policies
     */
    public static Map<String, Policy> load(Path file, Catalog catalog) {
        var problems = new Problems(file.toString());
        return TextFile.read(file, problems)
                .map(text -> new PolicyFile(problems).policies(text, catalog))
                .orElseThrow(() -> new ConfigException(HEADLINE, problems.inOrder()));
    }

    /**
     * Like {@link #load}, from the text of a file.
     *
     * @param origin name of the file, for messages
     * @throws ConfigException with all problems of the policies
     */
    public static Map<String, Policy> parse(String origin, String yaml, Catalog catalog) {
        return new PolicyFile(new Problems(origin)).policies(yaml, catalog);
    }

    private Map<String, Policy> policies(String yaml, Catalog catalog) {
        var policies = new LinkedHashMap<String, Policy>();
        YamlDocument.read(yaml, Interpolation.rejectingReferences(), problems)
                .ifPresent(root -> read(root, catalog, policies));
        if (!problems.isEmpty()) {
            throw new ConfigException(HEADLINE, problems.inOrder());
        }
        return policies;
    }

    private void read(Node.Mapping root, Catalog catalog, Map<String, Policy> policies) {
        var block = root.find(POLICIES);
        if (block.isEmpty() || !(block.get() instanceof Node.Mapping mapping)) {
            problems.add(root.line(), POLICIES, "is required, with a policy under each name");
            return;
        }
        var names = new PolicyNames(new NodeLocator(root, problems), namesOf(catalog));
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
        return new RecordReader(new Conversions(), problems).read(node, path, Policy.class, null);
    }
}
