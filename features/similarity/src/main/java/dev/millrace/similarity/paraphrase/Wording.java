package dev.millrace.similarity.paraphrase;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text, sorted by their role, for comparison with another text.
 *
 * @param numbers in the order of the text, digits and words alike, with their minus
 * @param symbols signs in the order of the text, except signs that end or divide sentences
 * @param question the kind of question, such as {@code how many}; {@code yes} for a yes-or-no
 *     question; empty for none
 * @param manners duty, permission, future or past
 * @param persons persons named by pronouns, in the order of their first occurrence
 * @param content all other words without their endings, in the order of the text
 */
public record Wording(
        List<String> numbers,
        List<String> symbols,
        String question,
        Set<String> manners,
        List<String> persons,
        List<String> content) {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?<number>(?<![\\p{L}\\p{M}\\p{Nd}])[-−–]?\\p{Nd}+(?:[.,:]\\p{Nd}+)*+"
                            + "|\\p{Nd}+(?:[.,:]\\p{Nd}+)*+)"
                            + "|(?<word>\\p{L}[\\p{L}\\p{M}]*(?:['’]\\p{L}+|(?:\\+\\+|#)(?![\\p{L}\\p{Nd}]))?)"
                            + "|(?<symbol>[^\\s\\p{L}\\p{M}\\p{Nd}])");

    private static final Pattern MINUS = Pattern.compile("^[−–]");
    private static final Pattern GROUPED =
            Pattern.compile("-?\\p{Nd}{1,3}(?:,\\p{Nd}{3})+(?:\\.\\p{Nd}+)?");

    /** Polite introductions of a question. */
    private static final Pattern INTRODUCTION =
            Pattern.compile(
                    "^\\W*(?:(?:hi|hello|hey|please)\\W+){0,3}"
                            + "(?:(?:can|could|would|will) you (?:please )?)?"
                            + "(?:tell|show|explain|let)(?: to)?(?: me)?(?: know)?(?: please)?[,:]? "
                            + "(?=(?:who|what|which|when|where|why|how)\\b)",
                    Pattern.CASE_INSENSITIVE);

    /** Signs that only divide a text. */
    private static final String DIVIDERS = ".,;:!?'’‘\"“”()…-–—_";

    /** To reset a password is to reset one's own. */
    private static final Set<List<String>> PERSONS_LEFT_OUT =
            Set.of(List.of("1"), List.of("2"), List.of("they"));

    public static Wording of(String text) {
        var reading = new Reading();
        Matcher tokens = TOKEN.matcher(INTRODUCTION.matcher(text).replaceFirst(""));
        while (tokens.find()) {
            if (tokens.group("number") != null) {
                reading.numbers.add(digits(tokens.group()));
            } else if (tokens.group("word") != null) {
                reading.onWord(tokens.group().replace('’', '\'').toLowerCase(Locale.ROOT));
            } else if (!DIVIDERS.contains(tokens.group())) {
                reading.symbols.add(tokens.group());
            }
        }
        return new Wording(
                List.copyOf(reading.numbers),
                List.copyOf(reading.symbols),
                reading.question,
                Set.copyOf(reading.manners),
                List.copyOf(reading.persons),
                List.copyOf(reading.content));
    }

    /** Returns a number without the commas between thousands; others can be decimal points. */
    private static String digits(String written) {
        String number = MINUS.matcher(written).replaceFirst("-");
        return GROUPED.matcher(number).matches() ? number.replace(",", "") : number;
    }

    /** Returns true if some word denies. */
    public boolean denies() {
        return content.stream().anyMatch(WordLists.NEGATIONS::contains);
    }

    /**
     * Returns true if two questions with close embeddings can have one answer: everything is equal,
     * but one of them may leave out whose it is. Symmetric.
     */
    public boolean canShareAnswerWith(Wording other) {
        return numbers.equals(other.numbers)
                && symbols.equals(other.symbols)
                && question.equals(other.question)
                && manners.equals(other.manners)
                && content.equals(other.content)
                && (persons.equals(other.persons)
                        || (persons.isEmpty() && PERSONS_LEFT_OUT.contains(other.persons))
                        || (other.persons.isEmpty() && PERSONS_LEFT_OUT.contains(persons)));
    }

    /** Collects the words of one text, in lower case. */
    private static final class Reading {
        private final List<String> numbers = new ArrayList<>();
        private final List<String> symbols = new ArrayList<>();
        private final Set<String> manners = new HashSet<>();
        private final List<String> persons = new ArrayList<>();
        private final List<String> content = new ArrayList<>();
        private String question = "";
        private boolean hasWords;
        private boolean isAfterHow;

        void onWord(String word) {
            int apostrophe = word.indexOf('\'');
            if (word.endsWith("n't")) {
                onPlainWord(verbOf(word));
                onPlainWord("not");
            } else if (apostrophe > 0) {
                onPlainWord(word.substring(0, apostrophe));
                String ending = word.substring(apostrophe + 1);
                if (ending.equals("ll") || ending.equals("d")) {
                    manners.add("future");
                }
            } else {
                onPlainWord(word);
            }
        }

        private static String verbOf(String contraction) {
            return switch (contraction) {
                case "won't" -> "will";
                case "can't" -> "can";
                case "shan't" -> "shall";
                default -> contraction.substring(0, contraction.length() - 3);
            };
        }

        private void onPlainWord(String word) {
            if (isAfterHow && WordLists.AMOUNTS.contains(word)) {
                question = "how " + word;
                isAfterHow = false;
                return;
            }
            boolean isQuestion =
                    question.isEmpty()
                            && (WordLists.QUESTIONS.containsKey(word)
                                    || (!hasWords && WordLists.AUXILIARIES.contains(word)));
            if (isQuestion) {
                question = WordLists.QUESTIONS.getOrDefault(word, "yes");
            }
            isAfterHow = isQuestion && word.equals("how");
            hasWords = true;
            String manner = WordLists.MANNERS.get(word);
            String person = WordLists.PERSONS.get(word);
            String number = WordLists.NUMBERS.get(word);
            if (manner != null) {
                manners.add(manner);
            } else if (person != null) {
                if (!persons.contains(person)) {
                    persons.add(person);
                }
            } else if (number != null) {
                numbers.add(number);
            } else if (WordLists.NEGATIONS.contains(word)) {
                content.add(word.equals("cannot") ? "not" : word);
            } else if (!isQuestion && !WordLists.FILLERS.contains(word)) {
                content.add(Stem.of(word));
            }
        }
    }
}
