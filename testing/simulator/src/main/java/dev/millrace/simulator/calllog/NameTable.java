package dev.millrace.simulator.calllog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps repeated strings to 16-bit indexes, for at most 65,535 strings; every other string maps to
 * {@link #OTHERS}. Not thread-safe.
 */
final class NameTable {
    /** Replaces the strings that arrive when the table is full. */
    static final String OTHERS = "(others)";

    private static final int MAX_NAMES = Character.MAX_VALUE;

    private final Map<String, Character> indexes = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    NameTable() {
        indexOf(OTHERS);
    }

    char indexOf(String name) {
        Character known = indexes.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() >= MAX_NAMES) {
            return 0;
        }
        char index = (char) names.size();
        names.add(name);
        indexes.put(name, index);
        return index;
    }

    String name(char index) {
        return names.get(index);
    }
}
