package dev.millrace.contracts.policy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rule that selected the model of a job, as written in headers, results and cost events: {@code
 * default/3@v7} is the third rule of version 7 of the policy {@code default}.
 *
 * @param policy the policy's name
 * @param rule number of the rule, from 1
 * @param version {@code v7} for version 7 in the control topic; {@code file-} and {@link
 *     Policy#fingerprint()} for a policy that exists only in the configuration
 */
public record RoutedBy(String policy, int rule, String version) {
    private static final Pattern FORM = Pattern.compile("(.+)/([1-9]\\d{0,8})@([^@/]+)");

    /** Returns the version label of a policy in the control topic. */
    public static String version(int number) {
        return "v" + number;
    }

    /** Returns the version label of a policy that exists only in the configuration. */
    public static String version(Policy configured) {
        return "file-" + configured.fingerprint();
    }

    /** Returns the written form. */
    public String text() {
        return policy + "/" + rule + "@" + version;
    }

    /**
     * Parses the written form; empty for {@code catalog}, {@code alias} and any other text that
     * names no rule.
     */
    public static Optional<RoutedBy> of(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new RoutedBy(
                                matcher.group(1),
                                Integer.parseInt(matcher.group(2)),
                                matcher.group(3)))
                : Optional.empty();
    }
}
