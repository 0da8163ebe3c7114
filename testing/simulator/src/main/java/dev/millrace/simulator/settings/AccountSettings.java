package dev.millrace.simulator.settings;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An account with its own keys, limits and credit.
 *
 * @param keys API keys of the account
 * @param limits limits over all models, in addition to the limits of each model
 * @param creditTokens tokens that may still be billed; 0 or less = out of credit, empty = unlimited
 * @param whenEmpty the error of an account without credit
 */
public record AccountSettings(
        List<String> keys, LimitSettings limits, OptionalLong creditTokens, CreditError whenEmpty) {
    /** No keys, no limits, unlimited credit. */
    public static final AccountSettings DEFAULT =
            new AccountSettings(
                    List.of(),
                    LimitSettings.NONE,
                    OptionalLong.empty(),
                    CreditError.INSUFFICIENT_QUOTA);

    /** The error of an account without credit. */
    public enum CreditError {
        /** 429 with the code {@code insufficient_quota}; on the Anthropic wire 400. */
        INSUFFICIENT_QUOTA,
        /** 402. */
        PAYMENT_REQUIRED
    }

    public AccountSettings {
        require(keys.stream().noneMatch(String::isBlank), "keys", "must not contain a blank key");
        keys = List.copyOf(keys);
    }

    /** Returns these settings with another credit; empty = unlimited. */
    public AccountSettings withCredit(OptionalLong tokens) {
        return new AccountSettings(keys, limits, tokens, whenEmpty);
    }

    /**
     * Reads an account's settings. Absent keys take their values from {@code base}.
     *
     * @throws ConfigException with every problem
     */
    public static AccountSettings parse(String json, AccountSettings base) {
        Problems problems = new Problems("settings");
        Optional<AccountSettings> read =
                YamlDocument.readJson(json, problems)
                        .flatMap(
                                node ->
                                        new RecordReader(new Conversions(), problems)
                                                .read(node, "", AccountSettings.class, base));
        return read.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new ConfigException("The settings have", problems.inOrder()));
    }

    /** Returns all settings, with the number of keys instead of the keys. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("keys", keys.size());
        node.set("limits", limits.toJson());
        creditTokens.ifPresent(tokens -> node.put("credit_tokens", tokens));
        return node.put("when_empty", whenEmpty.name().toLowerCase(Locale.ROOT));
    }

    /** Shows the number of keys, never a key. */
    @Override
    public String toString() {
        return "AccountSettings" + toJson();
    }
}
