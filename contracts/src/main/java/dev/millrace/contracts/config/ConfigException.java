package dev.millrace.contracts.config;

import dev.millrace.contracts.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String head;
    private final transient List<Problem> problems;

    /** Carries no stack trace: the reader of the file is told, not the reader of the code. */
    public ConfigException(List<Problem> problems) {
        this("The configuration has", problems);
    }

    /**
     * As {@link #ConfigException(List)}, of a part of a configuration.
     *
     * @param head what the sentence about them begins with
     */
    public ConfigException(String head, List<Problem> problems) {
        super(null, null, false, false);
        this.head = head;
        this.problems = List.copyOf(problems);
    }

    /** Every problem on a line of its own, below a headline. */
    @Override
    public String getMessage() {
        return describe(head, problems);
    }

    /** Everything that is wrong, in the order of the file; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    private static String describe(String head, List<Problem> problems) {
        var headline =
                problems.size() == 1
                        ? head + " a problem:"
                        : head + " " + problems.size() + " problems:";
        return problems.stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", headline, ""));
    }
}
