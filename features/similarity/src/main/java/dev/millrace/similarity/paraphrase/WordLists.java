package dev.millrace.similarity.paraphrase;

import static java.util.Map.entry;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** English words with a special meaning for the guard, in lower case. */
final class WordLists {
    /**
     * Words that can be added, left out or exchanged without changing the meaning. Excludes words
     * for a time, an order, an amount or a choice, and prepositions except "of" and "to": a room
     * for two weeks is no room in two weeks.
     */
    static final Set<String> FILLERS =
            Set.of(
                    "a",
                    "an",
                    "the",
                    "of",
                    "to",
                    "can",
                    "could",
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

    private WordLists() {}

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
}
