package dev.millrace.simulator.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for strings that repeat, at most 65,535 of them; all further ones are {@link #OTHERS}.
 * Not thread-safe.
 */
final class Names {
    /** Stands for what came when the numbers were used up. */
    static final String OTHERS = "(others)";

    private static final int MOST = Character.MAX_VALUE;

    private final Map<String, Character> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    Names() {
        number(OTHERS);
    }

    char number(String name) {
        Character known = numbers.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() >= MOST) {
            return 0;
        }
        char number = (char) names.size();
        names.add(name);
        numbers.put(name, number);
        return number;
    }

    String name(char number) {
        return names.get(number);
    }
}
