package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.digest.Sha256;
import java.util.List;

/**
 * The rules that select a model for jobs without one.
 *
 * @param rules 1 to 100 rules; the first rule whose condition holds decides. Only rules without a
 *     condition may follow a rule without one; they apply when its models are not in service
 */
public record Policy(List<Rule> rules) {
    /** The policy that applies as {@code default} if the file defines no {@code default} policy. */
    public static final Policy SHIPPED = ShippedPolicy.read();

    private static final int MAX_RULES = 100;

    /** Short enough to read in a result, long enough to distinguish the versions of a policy. */
    private static final int FINGERPRINT_BYTES = 4;

    public Policy {
        require(!rules.isEmpty(), "rules", "must have at least one rule");
        require(
                rules.size() <= MAX_RULES,
                "rules",
                "must be at most 100 rules, was " + rules.size());
        require(
                rules.stream()
                        .dropWhile(rule -> rule.when().isPresent())
                        .noneMatch(rule -> rule.when().isPresent()),
                "rules",
                "must not have a rule with when after a rule without when, which always matches");
        rules = List.copyOf(rules);
    }

    /**
     * Returns the policy as YAML: the key {@code rules}, with one line for each part of a rule.
     * Equal policies have equal text on any machine, and parsing the text gives an equal policy.
     */
    public String text() {
        return PolicyText.of(this);
    }

    /** Returns a content hash of eight hex digits, equal on any machine. */
    public String fingerprint() {
        return Sha256.hex(text(), FINGERPRINT_BYTES);
    }

    /** Returns the models of a catalog that this policy can select, in rule order. */
    public List<Model> selectableModels(Catalog catalog) {
        return rules.stream().flatMap(rule -> rule.selectableModels(catalog)).distinct().toList();
    }
}
