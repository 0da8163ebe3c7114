package dev.millrace.similarity.paraphrase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** English words with a special meaning for the guard, in lower case. */
final class WordLists {
    /**
     * Words that can be added, left out or exchanged without changing the meaning. Excludes words
     * for a direction, a time, an order, an amount or a choice.
     */
    static final Set<String> FILLERS =
            Set.of(
                    "a",
                    "an",
                    "the",
                    "of",
                    "and",
                    "is",
                    "are",
                    "am",
                    "be",
                    "being",
                    "been",
                    "do",
                    "does",
                    "doing",
                    "it",
                    "its",
                    "this",
                    "that",
                    "these",
                    "those",
                    "there",
                    "here",
                    "please",
                    "kindly",
                    "just",
                    "so",
                    "then",
                    "hi",
                    "hello",
                    "hey",
                    "thanks",
                    "thank",
                    "ok",
                    "okay",
                    "also",
                    "actually",
                    "any",
                    "one",
                    "exactly",
                    "currently",
                    "really",
                    "simply",
                    "way",
                    "possible",
                    "able",
                    "want",
                    "like",
                    "know",
                    "tell",
                    "explain",
                    "go",
                    "get",
                    "getting",
                    "s",
                    "ve",
                    "re",
                    "d",
                    "ll",
                    "m",
                    "t",
                    "have",
                    "has",
                    "having",
                    "as",
                    "well",
                    "help");

    /**
     * Prepositions that can be left out or added. A different preposition before a word makes a
     * different question: a room for two weeks is not a room in two weeks.
     */
    static final Set<String> PREPOSITIONS = Set.of("to", "for", "in", "on", "at", "about");

    /**
     * Prepositions that can carry a predicate: Earth is in a black hole, or like one. Before most
     * verbs, "to" is no preposition.
     */
    static final Set<String> PREDICATES = Set.of("for", "in", "on", "at", "about", "like");

    /** Forms of the verb "to be" that are no helping verbs of a future or a past. */
    static final Set<String> COPULAS =
            Set.of("is", "are", "am", "was", "were", "be", "s", "re", "m");

    /** Words that can occur between "is" and the predicate. */
    static final Set<String> AFTER_COPULA =
            Set.of(
                    "it",
                    "this",
                    "that",
                    "these",
                    "those",
                    "there",
                    "here",
                    "just",
                    "so",
                    "then",
                    "also",
                    "actually",
                    "exactly",
                    "currently",
                    "really",
                    "simply",
                    "not");

    /** Words after "is" that a verb follows. */
    static final Set<String> POSSIBILITIES = Set.of("possible", "able", "ok", "okay");

    /** Times, without endings: "on Sundays" equals "Sundays". */
    static final Set<String> TIMES = times();

    /** Words that deny. Contractions are separated before. */
    static final Set<String> NEGATIONS =
            Set.of(
                    "not",
                    "no",
                    "never",
                    "none",
                    "nobody",
                    "nothing",
                    "nowhere",
                    "neither",
                    "nor",
                    "without",
                    "cannot",
                    "unable",
                    "impossible",
                    "hardly",
                    "barely",
                    "except");

    /** Verbs and tenses that change the question, mapped to their meaning. */
    static final Map<String, String> MANNERS =
            Map.ofEntries(
                    entry("must", "duty"),
                    entry("should", "duty"),
                    entry("ought", "duty"),
                    entry("need", "duty"),
                    entry("needs", "duty"),
                    entry("needed", "duty"),
                    entry("required", "duty"),
                    entry("may", "permission"),
                    entry("allowed", "permission"),
                    entry("permitted", "permission"),
                    entry("might", "permission"),
                    entry("will", "future"),
                    entry("would", "future"),
                    entry("shall", "future"),
                    entry("did", "past"),
                    entry("was", "past"),
                    entry("were", "past"),
                    entry("had", "past"),
                    entry("used", "past"));

    /** Pronouns, mapped to the person that they name. */
    static final Map<String, String> PERSONS = persons();

    /** Words that begin a question, mapped to their canonical equivalent. */
    static final Map<String, String> QUESTIONS =
            Map.of(
                    "who", "who",
                    "whom", "who",
                    "whose", "whose",
                    "what", "what",
                    "which", "what",
                    "when", "when",
                    "where", "where",
                    "why", "why",
                    "how", "how");

    /** Words whose meaning depends on their capital letters, in lower case. */
    static final Set<String> CASE_MATTERS =
            Set.of("us", "it", "who", "aids", "polish", "turkey", "china", "may", "march");

    /** Words after {@code how} that make another question of it. */
    static final Set<String> AMOUNTS =
            Set.of(
                    "many",
                    "much",
                    "long",
                    "often",
                    "far",
                    "old",
                    "big",
                    "large",
                    "small",
                    "tall",
                    "high",
                    "deep",
                    "fast",
                    "soon",
                    "late",
                    "early",
                    "wide",
                    "heavy",
                    "hot",
                    "cold",
                    "cheap",
                    "expensive",
                    "well",
                    "bad",
                    "good",
                    "likely",
                    "close",
                    "few",
                    "little");

    /** Verbs that begin a yes-or-no question. */
    static final Set<String> AUXILIARIES =
            Set.of(
                    "is", "are", "am", "was", "were", "do", "does", "did", "can", "could", "should",
                    "must", "may", "might", "will", "would", "shall", "has", "have", "had");

    /** Numbers that are written as words. */
    static final Map<String, String> NUMBERS = numbers();

    /** Units of amounts, without endings. */
    static final Set<String> UNITS = stems("units.txt");

    /** Beginnings that deny the rest of a word. */
    static final Set<String> DENYING_PREFIXES =
            Set.of("un", "in", "im", "ir", "il", "dis", "non", "de");

    /** The opposites of a word, all without endings. */
    static final Map<String, Set<String>> OPPOSITES = opposites();

    private WordLists() {}

    private static Set<String> times() {
        var times = new HashSet<String>();
        for (String it :
                List.of(
                        "monday",
                        "tuesday",
                        "wednesday",
                        "thursday",
                        "friday",
                        "saturday",
                        "sunday",
                        "weekday",
                        "weekend",
                        "january",
                        "february",
                        "march",
                        "april",
                        "may",
                        "june",
                        "july",
                        "august",
                        "september",
                        "october",
                        "november",
                        "december",
                        "spring",
                        "summer",
                        "autumn",
                        "fall",
                        "winter",
                        "morning",
                        "noon",
                        "afternoon",
                        "evening",
                        "night",
                        "midnight",
                        "today",
                        "tomorrow",
                        "yesterday",
                        "second",
                        "minute",
                        "hour",
                        "day",
                        "week",
                        "month",
                        "quarter",
                        "year",
                        "decade",
                        "century",
                        "holiday",
                        "easter",
                        "christmas")) {
            times.add(Stem.of(it));
        }
        return Set.copyOf(times);
    }

    private static Map<String, String> persons() {
        var persons = new HashMap<String, String>();
        for (String it : List.of("i", "me", "my", "mine", "myself", "we", "us", "our", "ours")) {
            persons.put(it, "1");
        }
        for (String it : List.of("you", "your", "yours", "yourself")) {
            persons.put(it, "2");
        }
        for (String it : List.of("he", "him", "his", "himself")) {
            persons.put(it, "he");
        }
        for (String it : List.of("she", "her", "hers", "herself")) {
            persons.put(it, "she");
        }
        for (String it : List.of("they", "them", "their", "theirs")) {
            persons.put(it, "they");
        }
        return Map.copyOf(persons);
    }

    private static Map<String, String> numbers() {
        var numbers = new HashMap<String, String>();
        Collection<String> small =
                List.of(
                        "zero",
                        "one",
                        "two",
                        "three",
                        "four",
                        "five",
                        "six",
                        "seven",
                        "eight",
                        "nine",
                        "ten",
                        "eleven",
                        "twelve",
                        "thirteen",
                        "fourteen",
                        "fifteen",
                        "sixteen",
                        "seventeen",
                        "eighteen",
                        "nineteen",
                        "twenty");
        int value = 0;
        for (String it : small) {
            numbers.put(it, Integer.toString(value));
            value++;
        }
        value = 30;
        for (String it :
                List.of("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")) {
            numbers.put(it, Integer.toString(value));
            value += 10;
        }
        for (String it : List.of("hundred", "thousand", "million", "billion", "half", "dozen")) {
            numbers.put(it, it);
        }
        value = 1;
        for (String it :
                List.of(
                        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
                        "ninth", "tenth")) {
            numbers.put(it, value + "th");
            value++;
        }
        numbers.put("twice", "2 times");
        numbers.put("double", "2 times");
        numbers.put("triple", "3 times");
        // An article as often as a number: "how does one", "a loaf" and "one loaf".
        numbers.remove("one");
        return Map.copyOf(numbers);
    }

    private static Map<String, Set<String>> opposites() {
        var opposites = new HashMap<String, Set<String>>();
        for (String pair : lines("opposites.txt")) {
            int space = pair.indexOf(' ');
            String one = Stem.of(pair.substring(0, space));
            String other = Stem.of(pair.substring(space + 1));
            opposites.merge(one, Set.of(other), WordLists::union);
            opposites.merge(other, Set.of(one), WordLists::union);
        }
        return Map.copyOf(opposites);
    }

    private static Set<String> stems(String file) {
        return lines(file).stream().map(Stem::of).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the lines of a file beside this class. */
    private static List<String> lines(String name) {
        try (InputStream file = WordLists.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(file.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        var union = new HashSet<>(a);
        union.addAll(b);
        return Set.copyOf(union);
    }
}
