package dev.millrace.translation.field;

import dev.millrace.wire.translate.Translation.UntranslatableField;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The fields that a translation could not carry. Used by one thread. */
public final class Findings {
    /** A body of a million wrong fields must not become a message of a million sentences. */
    private static final int MAX_REFUSED = 20;

    /** Unknown fields of an answer have any names, so their number is bounded as well. */
    private static final int MAX_OMITTED = 50;

    /** Paths and reasons quote keys and values of the body, which can be megabytes long. */
    private static final int MAX_CHARS = 300;

    private final Set<UntranslatableField> refused = new LinkedHashSet<>();
    private final Set<String> omitted = new LinkedHashSet<>();

    /** Adds a field that makes the translation impossible; the first 20 count. */
    public void refuse(String path, String reason) {
        if (refused.size() < MAX_REFUSED) {
            refused.add(new UntranslatableField(shortened(path), shortened(reason)));
        }
    }

    /** Adds a field that was left out, by its path in table notation; the first 50 count. */
    public void omit(String tablePath) {
        if (omitted.size() < MAX_OMITTED) {
            omitted.add(shortened(tablePath));
        }
    }

    private static String shortened(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1));
        return text.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }

    /** Returns the refused fields in the order in which they were found, each once. */
    public List<UntranslatableField> refused() {
        return List.copyOf(refused);
    }

    /** Returns the fields that were left out, each once. */
    public List<String> omitted() {
        return List.copyOf(omitted);
    }
}
