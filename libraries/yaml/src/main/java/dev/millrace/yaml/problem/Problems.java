package dev.millrace.yaml.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Collects the problems of one file. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    /** Creates an empty collection for the given file. */
    public Problems(String file) {
        this.file = file;
    }

    /** Adds a problem on the given line. */
    public void add(int line, String keyPath, String message) {
        found.add(new Problem(file, OptionalInt.of(line), keyPath, message));
    }

    /** Adds a problem of the file as a whole. */
    public void add(String message) {
        found.add(new Problem(file, OptionalInt.empty(), "", message));
    }

    /** Returns true if there are no problems. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Returns true if a problem was reported at or below the given key path. */
    public boolean contains(String keyPath) {
        return found.stream()
                .map(Problem::keyPath)
                .anyMatch(
                        path ->
                                path.equals(keyPath)
                                        || path.startsWith(keyPath + ".")
                                        || path.startsWith(keyPath + "["));
    }

    /** Returns all problems, in file order. */
    public List<Problem> inOrder() {
        return found.stream()
                .sorted(Comparator.comparingInt(problem -> problem.line().orElse(0)))
                .toList();
    }
}
