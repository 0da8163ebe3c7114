package dev.millrace.router.classify.language;

import dev.millrace.router.classify.text.Letters;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writing system, with its languages as ISO 639-1 codes. */
public enum WritingSystem {
    LATIN(
            5.0,
            "en es fr de pt it nl pl cs sk sv da nb fi hu ro tr vi id hr sl ca et lv lt sq af tl sw"
                    + " eu gl ga cy is la"),
    CYRILLIC(5.5, "ru uk bg sr be mk kk mn"),
    ARABIC(4.0, "ar fa ur ps"),
    DEVANAGARI(4.5, "hi mr ne"),
    /** Han without kana. */
    CHINESE(1.45, "zh"),
    /** Kana, or Kana mixed with Han. */
    JAPANESE(2.2, "ja"),
    HANGUL(2.7, "ko"),
    THAI(5.2, "th"),
    LAO(5.2, "lo"),
    KHMER(5.2, "km"),
    MYANMAR(5.2, "my"),
    GREEK(5.5, "el"),
    HEBREW(4.0, "he"),
    BENGALI(5.0, "bn"),
    TAMIL(6.0, "ta"),
    TELUGU(6.0, "te"),
    KANNADA(6.0, "kn"),
    MALAYALAM(6.0, "ml"),
    GUJARATI(5.0, "gu"),
    GURMUKHI(5.0, "pa"),
    SINHALA(5.0, "si"),
    GEORGIAN(6.0, "ka"),
    ARMENIAN(6.0, "hy"),
    ETHIOPIC(4.0, "am"),
    TIBETAN(4.0, "bo"),
    /** No known language: digits, symbols, emoji and scripts that are not listed. */
    NONE(1.0, "");

    private static final Map<WritingSystem, Set<String>> LANGUAGES =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(it -> it, it -> codes(it.codes)));

    /** Languages that the script alone does not tell. */
    static final Set<String> SHARED =
            LANGUAGES.values().stream()
                    .filter(it -> it.size() > 1)
                    .flatMap(Set::stream)
                    .collect(Collectors.toUnmodifiableSet());

    private final double lettersPerWord;
    private final String codes;

    WritingSystem(double lettersPerWord, String codes) {
        this.lettersPerWord = lettersPerWord;
        this.codes = codes;
    }

    private static Set<String> codes(String codes) {
        return codes.isEmpty() ? Set.of() : Set.of(codes.split(" "));
    }

    /** Returns the languages that can be detected; a single one for most systems. */
    public Set<String> languages() {
        return LANGUAGES.getOrDefault(this, Set.of());
    }

    /** Returns the average number of letters that correspond to an English word. */
    double lettersPerWord() {
        return lettersPerWord;
    }

    static WritingSystem ofLetter(int c) {
        if (c < 0x250) {
            return LATIN;
        }
        if (Letters.isHan(c)) {
            return CHINESE;
        }
        return switch (Character.UnicodeScript.of(c)) {
            case LATIN -> LATIN;
            case CYRILLIC -> CYRILLIC;
            case ARABIC -> ARABIC;
            case DEVANAGARI -> DEVANAGARI;
            case HIRAGANA, KATAKANA -> JAPANESE;
            case HANGUL -> HANGUL;
            case THAI -> THAI;
            case LAO -> LAO;
            case KHMER -> KHMER;
            case MYANMAR -> MYANMAR;
            case GREEK -> GREEK;
            case HEBREW -> HEBREW;
            case BENGALI -> BENGALI;
            case TAMIL -> TAMIL;
            case TELUGU -> TELUGU;
            case KANNADA -> KANNADA;
            case MALAYALAM -> MALAYALAM;
            case GUJARATI -> GUJARATI;
            case GURMUKHI -> GURMUKHI;
            case SINHALA -> SINHALA;
            case GEORGIAN -> GEORGIAN;
            case ARMENIAN -> ARMENIAN;
            case ETHIOPIC -> ETHIOPIC;
            case TIBETAN -> TIBETAN;
            default -> NONE;
        };
    }
}
