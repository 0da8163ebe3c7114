package dev.millrace.yaml.document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces references in a value: <code>${NAME}</code> and <code>${NAME:-default}</code> by
 * environment variables, <code>${file:/path}</code> by the content of a file without its last line
 * break. The default also replaces an empty variable. <code>$${</code> is an escaped <code>${
 * </code>.
 */
public final class Interpolation {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)", Pattern.DOTALL);
    private static final Pattern VARIABLE =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\\$\\{).)*))?", Pattern.DOTALL);
    private static final String FILE = "file:";
    private static final String SYNTAX =
            "must use the form ${NAME}, ${NAME:-default} or ${file:/absolute/path}";

    /**
     * Maximum size in bytes. Secrets are short; a larger file is almost certainly the wrong one.
     */
    private static final long MAX_FILE_BYTES = 64 << 10;

    private static final String REFERENCE_REJECTED =
            "must be written out: ${…} is not replaced here";

    private final Map<String, String> environment;
    private final boolean rejectsReferences;

    /** Creates an interpolation that looks up variables in the given environment. */
    public Interpolation(Map<String, String> environment) {
        this(environment, false);
    }

    private Interpolation(Map<String, String> environment, boolean rejectsReferences) {
        this.environment = Map.copyOf(environment);
        this.rejectsReferences = rejectsReferences;
    }

    /**
     * Returns an interpolation that rejects every value with a reference. Used for text from other
     * processes, which must not read this environment or local files.
     */
    public static Interpolation rejectingReferences() {
        return new Interpolation(Map.of(), true);
    }

    /**
     * A value with its references replaced.
     *
     * @param text the value, without unresolved references
     * @param interpolated true if the value had a reference
     * @param isFromFile true if the value had a reference to a file, whose content can change
     * @param missing why a well-formed reference could not be resolved
     * @param malformed the syntax error of a reference
     */
    record Outcome(
            String text,
            boolean interpolated,
            boolean isFromFile,
            Optional<String> missing,
            Optional<String> malformed) {}

    Outcome resolve(String text) {
        if (!text.contains("${")) {
            return new Outcome(text, false, false, Optional.empty(), Optional.empty());
        }
        if (rejectsReferences) {
            return new Outcome("", true, false, Optional.of(REFERENCE_REJECTED), Optional.empty());
        }
        var missing = new ArrayList<String>();
        var malformed = new ArrayList<String>();
        var resolved =
                REFERENCE
                        .matcher(text)
                        .replaceAll(
                                found ->
                                        Matcher.quoteReplacement(
                                                replace(found, missing, malformed)));
        return new Outcome(
                resolved,
                true,
                REFERENCE.matcher(text).results().anyMatch(Interpolation::isFile),
                joined(missing),
                malformed.stream().findFirst());
    }

    private String replace(MatchResult found, List<String> missing, List<String> malformed) {
        var reference = found.group(1);
        if (reference == null) {
            return "${";
        }
        if (isFile(found)) {
            return fromFile(reference.substring(FILE.length()), missing);
        }
        var variable = VARIABLE.matcher(reference);
        if (found.group(2).isEmpty() || !variable.matches()) {
            malformed.add(SYNTAX);
            return "";
        }
        return fromEnvironment(variable.group(1), Optional.ofNullable(variable.group(2)), missing);
    }

    private static boolean isFile(MatchResult found) {
        var reference = found.group(1);
        return reference != null && reference.startsWith(FILE + "/") && !found.group(2).isEmpty();
    }

    private String fromEnvironment(String name, Optional<String> fallback, List<String> missing) {
        var value = environment.get(name);
        if (value != null && !value.isEmpty()) {
            return value;
        }
        if (fallback.isEmpty()) {
            missing.add("environment variable " + name + " is not set");
        }
        return fallback.orElse("");
    }

    private static String fromFile(String name, List<String> missing) {
        try {
            var path = Path.of(name);
            if (Files.size(path) <= MAX_FILE_BYTES) {
                return Files.readString(path).replaceFirst("\\R\\z", "");
            }
        } catch (IOException | InvalidPathException e) {
            // A missing, unreadable or non-UTF-8 file gets the same message below.
        }
        missing.add("file " + name + " cannot be read");
        return "";
    }

    private static Optional<String> joined(List<String> missing) {
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", missing));
    }
}
