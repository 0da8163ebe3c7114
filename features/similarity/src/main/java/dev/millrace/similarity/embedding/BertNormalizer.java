package dev.millrace.similarity.embedding;

import java.text.Normalizer;

/**
 * Prepares a text for the vocabulary of an uncased BERT model, as its tokenizer was trained: no
 * control characters, lower case, no accents, and punctuation and Chinese characters as words of
 * their own.
 *
 * @see <a href="https://github.com/google-research/bert/blob/master/tokenization.py">the
 *     tokenization of BERT</a>
 */
final class BertNormalizer {
    private BertNormalizer() {}

    /** Returns the words of a text, separated by single spaces or more. */
    static String words(String text) {
        String plain = isAscii(text) ? text : withoutAccents(text);
        var words = new StringBuilder(plain.length() + 16);
        plain.codePoints().forEach(it -> append(it, words));
        return words.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(it -> it < 0x80);
    }

    /** Removes control characters first, since one could separate a letter from its accent. */
    private static String withoutAccents(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().filter(it -> !isControl(it)).forEach(clean::appendCodePoint);
        String decomposed = Normalizer.normalize(clean, Normalizer.Form.NFD);
        var plain = new StringBuilder(decomposed.length());
        decomposed
                .codePoints()
                .filter(it -> Character.getType(it) != Character.NON_SPACING_MARK)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static void append(int character, StringBuilder words) {
        if (isSpace(character)) {
            words.append(' ');
        } else if (isPunctuation(character) || isChinese(character)) {
            words.append(' ').appendCodePoint(character).append(' ');
        } else if (!isControl(character)) {
            // By character, not by text: the vocabulary knows no final sigma.
            words.append(lower(character));
        }
    }

    private static String lower(int character) {
        // The only character whose lower case has two characters.
        return character == 'İ' ? "i\u0307" : Character.toString(Character.toLowerCase(character));
    }

    private static boolean isSpace(int character) {
        return character == '\t'
                || character == '\n'
                || character == '\r'
                || character == 0x85
                || Character.isSpaceChar(character);
    }

    private static boolean isControl(int character) {
        if (character == '\t' || character == '\n' || character == '\r') {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    true;
            default -> character == 0xFFFD;
        };
    }

    private static boolean isPunctuation(int character) {
        if (character < 0x80) {
            return character > ' ' && character < 0x7F && !Character.isLetterOrDigit(character);
        }
        return switch (Character.getType(character)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    true;
            default -> false;
        };
    }

    private static boolean isChinese(int character) {
        return within(character, 0x4E00, 0x9FFF)
                || within(character, 0x3400, 0x4DBF)
                || within(character, 0x20000, 0x2A6DF)
                || within(character, 0x2A700, 0x2B73F)
                || within(character, 0x2B740, 0x2B81F)
                || within(character, 0x2B820, 0x2CEAF)
                || within(character, 0xF900, 0xFAFF)
                || within(character, 0x2F800, 0x2FA1F);
    }

    private static boolean within(int character, int first, int last) {
        return character >= first && character <= last;
    }
}
