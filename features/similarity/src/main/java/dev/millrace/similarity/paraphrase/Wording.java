package dev.millrace.similarity.paraphrase;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text, sorted by their role, for comparison with another text.
 *
 * @param numbers in the order of the text, digits and words alike, with their minus
 * @param symbols signs in the order of the text, except signs that end or divide sentences
 * @param negations number of words that deny; the content has them too, since each denies in a
 *     different way
 * @param names words that are written like names, in lower case and without their endings
 * @param question the kind of question, such as {@code how many}; {@code yes} for a yes-or-no
 *     question; empty for none
 * @param manners duty, permission, future or past
 * @param persons persons named by pronouns, in the order of their first occurrence
 * @param prepositions the small prepositions, and which of them carry the predicate
 * @param content all other words without their endings, in the order of the text
 */
public record Wording(
        List<String> numbers,
        List<String> symbols,
        int negations,
        Set<String> names,
        String question,
        Set<String> manners,
        List<String> persons,
        Prepositions prepositions,
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

    public static Wording of(String text) {
        var reading = new Reading();
        Matcher tokens = TOKEN.matcher(INTRODUCTION.matcher(text).replaceFirst(""));
        while (tokens.find()) {
            if (tokens.group("number") != null) {
                reading.onNumber(digits(tokens.group()));
            } else if (tokens.group("word") != null) {
                reading.onWord(tokens.group().replace('’', '\''));
            } else {
                reading.onSymbol(tokens.group());
            }
        }
        return reading.wording();
    }

    /** Returns a number without the commas between thousands; others can be decimal points. */
    private static String digits(String written) {
        String number = MINUS.matcher(written).replaceFirst("-");
        return GROUPED.matcher(number).matches() ? number.replace(",", "") : number;
    }

    /** Collects the tokens of one text. */
    private static final class Reading {
        private final List<String> numbers = new ArrayList<>();
        private final List<String> symbols = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private final Set<String> manners = new HashSet<>();
        private final List<String> persons = new ArrayList<>();
        private final Map<String, Set<String>> prepositions = new HashMap<>();
        private final Map<String, Set<String>> predicates = new HashMap<>();
        private final List<String> content = new ArrayList<>();
        private String question = "";
        private String preposition = "";

        /** True if the preposition carries the predicate, so that it must not be left out. */
        private boolean carriesPredicate;

        /**
         * True if the sentence begins with a form of "to be", so that it possibly has no other
         * verb.
         */
        private boolean beginsWithCopula;

        private boolean isAfterCopula;
        private boolean hasSubject;
        private boolean isBeforePerson;
        private boolean followsCopula;
        private int negations;
        private boolean startsSentence = true;
        private boolean hasWords;
        private boolean isAfterHow;

        void onNumber(String digits) {
            addNumber(digits);
            endOfPhrase();
        }

        private void addNumber(String number) {
            numbers.add(number);
            introduce(number, true);
            hasSubject = true;
        }

        private void addContent(String word) {
            String stem = Stem.of(word);
            if (word.endsWith("ing") && !followsCopula) {
                preposition = "";
            }
            introduce(stem, WordLists.TIMES.contains(stem));
            content.add(stem);
            hasSubject = true;
        }

        private void introduce(String word, boolean isTime) {
            if (!preposition.isEmpty()) {
                add(word, carriesPredicate && !isTime);
            }
        }

        private void add(String word, boolean isPredicate) {
            if (isPredicate) {
                Prepositions.add(predicates, word, preposition);
            }
            if (isPredicate || WordLists.PREPOSITIONS.contains(preposition)) {
                Prepositions.add(prepositions, word, preposition);
            }
            preposition = "";
        }

        /**
         * Starts a phrase with a preposition. The preposition carries the predicate if the sentence
         * has no verb other than "is". "How many is something in" equals "how many does something
         * have".
         */
        private void onPreposition(String word) {
            preposition = word;
            isBeforePerson = false;
            followsCopula = isAfterCopula;
            carriesPredicate =
                    WordLists.PREDICATES.contains(word)
                            && !question.startsWith("how")
                            && (isAfterCopula || (beginsWithCopula && hasSubject));
        }

        /**
         * Ends a sentence. A preposition at its end belongs to the question, as in "what is it
         * for". Exceptions are "where is it at", "how long is it for", "what day is it on" and
         * "translate it for me".
         */
        private void endSentence() {
            boolean isOptional =
                    question.equals("where")
                            || question.startsWith("how")
                            || content.stream().anyMatch(WordLists.TIMES::contains)
                            || (isBeforePerson && !carriesPredicate);
            if (!preposition.isEmpty()) {
                add(
                        Prepositions.NO_WORD,
                        WordLists.PREDICATES.contains(preposition) && !isOptional);
            }
            beginsWithCopula = false;
            isAfterCopula = false;
            hasSubject = false;
        }

        private void endOfPhrase() {
            startsSentence = false;
            isAfterHow = false;
            hasWords = true;
        }

        void onSymbol(String symbol) {
            if (".!?".contains(symbol)) {
                startsSentence = true;
                endSentence();
            }
            if (!DIVIDERS.contains(symbol)) {
                symbols.add(symbol);
            }
        }

        void onWord(String written) {
            String word = written.toLowerCase(Locale.ROOT);
            int apostrophe = word.indexOf('\'');
            if (isName(written)) {
                names.add(Stem.of(apostrophe > 0 ? word.substring(0, apostrophe) : word));
            }
            if (word.endsWith("n't")) {
                onPlainWord(verbOf(word));
                onPlainWord("not");
            } else if (apostrophe > 0) {
                onPlainWord(word.substring(0, apostrophe));
                onEnding(word.substring(apostrophe + 1));
            } else {
                onPlainWord(word);
            }
            endOfPhrase(word);
        }

        private void endOfPhrase(String word) {
            startsSentence = false;
            isAfterHow = word.equals("how") && question.equals("how");
            hasWords = true;
        }

        /** A word in capitals, or with a capital anywhere but at the start of a sentence. */
        private boolean isName(String word) {
            if (word.equals("I") || word.startsWith("I'")) {
                return false;
            }
            int from = startsSentence ? 1 : 0;
            return word.chars().skip(from).anyMatch(Character::isUpperCase);
        }

        private static String verbOf(String contraction) {
            return switch (contraction) {
                case "won't" -> "will";
                case "can't" -> "can";
                case "shan't" -> "shall";
                default -> contraction.substring(0, contraction.length() - 3);
            };
        }

        private void onEnding(String ending) {
            if (ending.equals("ll") || ending.equals("d")) {
                manners.add("future");
            }
            isAfterCopula = WordLists.COPULAS.contains(ending);
        }

        private void onPlainWord(String word) {
            read(word);
            if (WordLists.COPULAS.contains(word)) {
                isAfterCopula = true;
                beginsWithCopula |= startsSentence;
            } else if (!WordLists.AFTER_COPULA.contains(word)
                    && !WordLists.PERSONS.containsKey(word)) {
                isAfterCopula = false;
            }
            if (WordLists.POSSIBILITIES.contains(word)) {
                // The verb follows, as in "it is possible to pay".
                beginsWithCopula = false;
            }
        }

        private void read(String word) {
            if (isAfterHow && WordLists.AMOUNTS.contains(word)) {
                question = "how " + word;
                return;
            }
            if (question.isEmpty() && isQuestion(word)) {
                question = WordLists.QUESTIONS.getOrDefault(word, "yes");
                if (!WordLists.MANNERS.containsKey(word)) {
                    return;
                }
            }
            String manner = WordLists.MANNERS.get(word);
            String person = WordLists.PERSONS.get(word);
            String number = WordLists.NUMBERS.get(word);
            if (WordLists.NEGATIONS.contains(word)) {
                negations++;
                content.add(word.equals("cannot") ? "not" : word);
            } else if (manner != null) {
                manners.add(manner);
            } else if (person != null) {
                if (!persons.contains(person)) {
                    persons.add(person);
                }
                isBeforePerson = true;
                hasSubject = true;
            } else if (number != null) {
                addNumber(number);
            } else if (WordLists.PREPOSITIONS.contains(word)
                    || WordLists.PREDICATES.contains(word)) {
                onPreposition(word);
            } else if (!WordLists.FILLERS.contains(word) && !isAbility(word)) {
                addContent(word);
            }
        }

        private boolean isQuestion(String word) {
            return WordLists.QUESTIONS.containsKey(word)
                    || (!hasWords && WordLists.AUXILIARIES.contains(word));
        }

        private static boolean isAbility(String word) {
            return word.equals("can") || word.equals("could");
        }

        Wording wording() {
            endSentence();
            return new Wording(
                    List.copyOf(numbers),
                    List.copyOf(symbols),
                    negations,
                    Set.copyOf(names),
                    question,
                    Set.copyOf(manners),
                    List.copyOf(persons),
                    new Prepositions(prepositions, predicates),
                    List.copyOf(content));
        }
    }
}
