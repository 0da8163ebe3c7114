package dev.millrace.router.classify.language;

import static java.util.Comparator.comparingDouble;

import dev.millrace.router.classify.text.CodePoints;
import dev.millrace.router.classify.text.Letters;
import dev.millrace.router.classify.text.Texts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Finds the language of a text. Any thread. */
public final class LanguageDetection {
    /** Letters that are looked at for the script. */
    private static final int SCRIPT_SAMPLE = 256;

    /** Characters that the library sees; more makes it slower and hardly better. */
    private static final int LIBRARY_SAMPLE = 400;

    /** Fewer letters tell nothing. */
    private static final int FEWEST_LETTERS = 10;

    /** A Chinese text may quote a kana; in a Japanese one every third letter or so is one. */
    private static final int HAN_PER_KANA = 10;

    private static final int ASCII = 0x80;

    private final SharedScripts library = new SharedScripts();

    /** What most of the beginning is written with, weighed by what a letter of it says. */
    public WritingSystem writingSystem(Texts text) {
        var others = new EnumMap<WritingSystem, Integer>(WritingSystem.class);
        CodePoints characters = text.characters();
        int latin = 0;
        int sampled = 0;
        int c = characters.next();
        while (c != CodePoints.END && sampled < SCRIPT_SAMPLE) {
            if (Letters.isAscii(c)) {
                latin++;
                sampled++;
            } else if (c >= ASCII && Character.isLetter(c)) {
                others.merge(WritingSystem.ofLetter(c), 1, Integer::sum);
                sampled++;
            }
            c = characters.next();
        }
        others.merge(WritingSystem.LATIN, latin, Integer::sum);
        return heaviest(others);
    }

    private static WritingSystem heaviest(Map<WritingSystem, Integer> letters) {
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
     * The language, as an ISO 639-1 code.
     *
     * @param system what the text is written with
     * @return empty when it cannot be told
     */
    public Optional<String> language(Texts text, WritingSystem system) {
        return switch (system.languages().size()) {
            case 0 -> Optional.empty();
            case 1 -> system.languages().stream().findFirst();
            default -> ofSharedScript(text.decoded(0, LIBRARY_SAMPLE), system);
        };
    }

    private Optional<String> ofSharedScript(String sample, WritingSystem system) {
        long letters = sample.codePoints().filter(Character::isLetter).count();
        return letters < FEWEST_LETTERS ? Optional.empty() : library.language(sample, system);
    }
}
