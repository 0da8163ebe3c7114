package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import java.util.List;

/**
 * Which model a job gets that leaves the choice to us.
 *
 * @param rules the first one whose condition holds decides; 1 to 100. After a rule without a
 *     condition only such rules come: they stand in for it when its models are not in service
 */
public record Policy(List<Rule> rules) {
    /** The policy {@code default} of a file that has none of that name. */
    public static final Policy SHIPPED = ShippedPolicy.read();

    private static final int MOST_RULES = 100;

    public Policy {
        require(!rules.isEmpty(), "rules", "must have at least one rule");
        require(
                rules.size() <= MOST_RULES,
                "rules",
                "must be at most 100 rules, were " + rules.size());
        require(
                rules.stream()
                        .dropWhile(rule -> rule.when().isPresent())
                        .noneMatch(rule -> rule.when().isPresent()),
                "rules",
                "must have none with when after the one without, which always decides");
        rules = List.copyOf(rules);
    }

    /**
     * The policy as YAML: the key {@code rules}, one line for each part of a rule. Equal policies
     * have the same text on any machine, and the text reads as an equal policy.
     */
    public String text() {
        return PolicyText.of(this);
    }

    /** Eight hex digits that stand for the content: the same on any machine. */
    public String fingerprint() {
        return Fingerprint.of(text());
    }

    /** The models of a catalog that a job may get from this policy, in the order of the rules. */
    public List<Model> mayChoose(Catalog catalog) {
        return rules.stream().flatMap(rule -> rule.mayChoose(catalog)).distinct().toList();
    }
}
