package dev.millrace.contracts.config;

import dev.millrace.contracts.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Carries no stack trace: the reader of the file is told, not the reader of the code. */
    public ConfigException(List<Problem> problems) {
        super(null, null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** Every problem on a line of its own, below a headline. */
    @Override
    public String getMessage() {
        return describe(problems);
    }

    /** Everything that is wrong, in the order of the file; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    private static String describe(List<Problem> problems) {
        var head =
                problems.size() == 1
                        ? "The configuration has a problem:"
                        : "The configuration has " + problems.size() + " problems:";
        return problems.stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", head, ""));
    }
}
