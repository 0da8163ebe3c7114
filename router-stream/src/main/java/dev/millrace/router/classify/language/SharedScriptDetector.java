package dev.millrace.router.classify.language;

import java.util.Optional;
import java.util.Set;

/** Distinguishes languages that share a script. Thread-safe. */
@FunctionalInterface
public interface SharedScriptDetector {
    /**
     * Returns the most likely language of a text; empty if it is unknown.
     *
     * @param languages the languages of the text's script, as ISO 639-1 codes
     */
    Optional<String> language(String text, Set<String> languages);
}
