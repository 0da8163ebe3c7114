package dev.millrace.contracts.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Collects what is wrong with one file. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    /** Nothing is wrong yet with that file. */
    public Problems(String file) {
        this.file = file;
    }

    /** Something is wrong on that line. */
    public void add(int line, String keyPath, String message) {
        found.add(new Problem(file, OptionalInt.of(line), keyPath, message));
    }

    /** Something is wrong with the file as a whole. */
    public void add(String message) {
        found.add(new Problem(file, OptionalInt.empty(), "", message));
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Whether something is known to be wrong there or below. */
    boolean mention(String keyPath) {
        return found.stream()
                .map(Problem::keyPath)
                .anyMatch(
                        path ->
                                path.equals(keyPath)
                                        || path.startsWith(keyPath + ".")
                                        || path.startsWith(keyPath + "["));
    }

    /** Everything that is wrong, in the order of the file. */
    public List<Problem> inOrder() {
        return found.stream()
                .sorted(Comparator.comparingInt(problem -> problem.line().orElse(0)))
                .toList();
    }
}
