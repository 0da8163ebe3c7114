package dev.millrace.yaml.problem;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown for an invalid configuration, with all its problems. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String head;
    private final transient List<Problem> problems;

    /**
     * Creates an exception without a stack trace, because the message is for the author of the
     * file.
     */
    public ConfigException(List<Problem> problems) {
        this("The configuration has", problems);
    }

    /**
     * Like {@link #ConfigException(List)}, for a part of a configuration.
     *
     * @param head start of the headline, such as {@code The policies have}
     */
    public ConfigException(String head, List<Problem> problems) {
        super(null, null, false, false);
        this.head = head;
        this.problems = List.copyOf(problems);
    }

    /** Returns a headline, followed by one line per problem. */
    @Override
    public String getMessage() {
        return describe(head, problems);
    }

    /** Returns all problems in file order; at least one. */
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
