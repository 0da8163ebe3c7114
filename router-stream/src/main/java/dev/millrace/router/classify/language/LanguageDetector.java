package dev.millrace.router.classify.language;

import static java.util.Comparator.comparingDouble;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.Letters;
import dev.millrace.router.classify.text.TextSpans;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Detects the language of a text. Any thread. */
public final class LanguageDetector {
    /** Number of letters that are checked for their script. */
    private static final int SCRIPT_SAMPLE = 256;

    /** Number of characters for the library; more would make it slower and hardly better. */
    private static final int LIBRARY_SAMPLE = 400;

    /** Minimum number of letters for the library. */
    private static final int MIN_LETTERS = 10;

    /**
     * Han letters per kana above which the text is Chinese and quotes Japanese. Japanese text has
     * about two Han letters per kana.
     */
    private static final int HAN_PER_KANA = 10;

    private static final int ASCII = 0x80;

    private final List<SharedScriptDetector> libraries;

    /**
     * @param libraries empty if no feature distinguishes the languages of one script
     */
    public LanguageDetector(List<SharedScriptDetector> libraries) {
        this.libraries = List.copyOf(libraries);
    }

    /**
     * Returns true if texts in this language are detected. An unknown language is not missed, as
     * its script is not detected, either.
     *
     * @param language ISO 639 code
     */
    public boolean detects(String language) {
        return !libraries.isEmpty() || !WritingSystem.SHARED.contains(language);
    }

    /**
     * Returns the most frequent writing system at the beginning of a text. Counts words instead of
     * letters, since a word has more letters in some systems than in others.
     */
    public WritingSystem writingSystem(TextSpans text) {
        var others = new EnumMap<WritingSystem, Integer>(WritingSystem.class);
        CodePoints characters = text.characters();
        int latin = 0;
        int sampled = 0;
        int c = characters.next();
        while (c != CodePoints.END && sampled < SCRIPT_SAMPLE) {
            if (Letters.isAsciiLetter(c)) {
                latin++;
                sampled++;
            } else if (c >= ASCII && Character.isLetter(c)) {
                others.merge(WritingSystem.ofLetter(c), 1, Integer::sum);
                sampled++;
            }
            c = characters.next();
        }
        others.merge(WritingSystem.LATIN, latin, Integer::sum);
        return dominant(others);
    }

    private static WritingSystem dominant(Map<WritingSystem, Integer> letters) {
        int han = letters.getOrDefault(WritingSystem.CHINESE, 0);
        int kana = letters.getOrDefault(WritingSystem.JAPANESE, 0);
        if (kana > 0 && kana * HAN_PER_KANA >= han) {
            letters.put(WritingSystem.JAPANESE, han + kana);
            letters.remove(WritingSystem.CHINESE);
        }
        letters.remove(WritingSystem.NONE);
        return letters.entrySet().stream()
                .filter(it -> it.getValue() > 0)
                .max(comparingDouble(it -> it.getValue() / it.getKey().lettersPerWord()))
                .map(Map.Entry::getKey)
                .orElse(WritingSystem.NONE);
    }

    /**
     * Returns the language of a text as an ISO 639-1 code; empty if it is unknown.
     *
     * @param system the text's writing system
     */
    public Optional<String> language(TextSpans text, WritingSystem system) {
        return switch (system.languages().size()) {
            case 0 -> Optional.empty();
            case 1 -> system.languages().stream().findFirst();
            default -> ofSharedScript(text.decoded(0, LIBRARY_SAMPLE), system);
        };
    }

    private Optional<String> ofSharedScript(String sample, WritingSystem system) {
        long letters = sample.codePoints().filter(Character::isLetter).count();
        return letters < MIN_LETTERS
                ? Optional.empty()
                : libraries.stream()
                        .flatMap(it -> it.language(sample, system.languages()).stream())
                        .findFirst();
    }
}
