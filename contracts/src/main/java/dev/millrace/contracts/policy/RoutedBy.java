package dev.millrace.contracts.policy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which rule chose the model of a job, as it stands in headers, results and cost events: {@code
 * default/3@v7} is the third rule of version 7 of the policy {@code default}.
 *
 * @param policy the policy's name
 * @param rule its number from 1, as a person counts
 * @param version {@code v7} for the seventh in control, {@code file-1a2b3c4d} for one that only the
 *     configuration names, by its {@link Policy#fingerprint()}
 */
public record RoutedBy(String policy, int rule, String version) {
    private static final Pattern FORM = Pattern.compile("(.+)/([1-9]\\d{0,8})@([^@/]+)");

    /** The version of a policy that control has under that number. */
    public static String version(int number) {
        return "v" + number;
    }

    /** The version of a policy that only the configuration names. */
    public static String version(Policy ofTheFile) {
        return "file-" + ofTheFile.fingerprint();
    }

    /** As it is written. */
    public String text() {
        return policy + "/" + rule + "@" + version;
    }

    /**
     * What was written so; empty for {@code catalog}, {@code alias} and whatever else is no rule.
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
