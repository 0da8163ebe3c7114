package dev.millrace.bench.economy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One question of a customer, which others ask in other words. It depends on its number only.
 *
 * <p>The wordings are written by hand, without regard to which of them a semantic cache recognises.
 * Many meanings differ from another one in a single word. The more frequent third of the meanings
 * has two thirds of the questions.
 *
 * @param number of the question, from 0
 * @param meaning what is asked; equal for questions of which one answer serves all
 * @param text of the question
 */
record CustomerQuestion(long number, String meaning, String text) {
    private static final String FILE = "questions.txt";
    private static final Map<String, List<String>> WORDS =
            Map.of(
                    "{thing}",
                    List.of("lamp", "tent", "laptop", "jacket", "desk", "kettle", "phone"),
                    "{place}",
                    List.of("Paris", "Berlin", "Madrid", "Oslo", "Rome", "Vienna", "Dublin"),
                    "{days}",
                    List.of("7", "14", "30", "60"));

    private static final List<Meaning> MEANINGS = meanings();

    /** Percentage of questions in lower case, without a question mark, and with a greeting. */
    private static final int CARELESS = 20;

    private static final int PERCENT = 100;

    /** Mixes the numbers of questions, which follow each other. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** What is asked, and its wordings. */
    private record Meaning(String name, List<String> wordings) {}

    /** Returns the question with a number. */
    static CustomerQuestion of(long number) {
        var random = new SplittableRandom((number + 1) * MIX);
        double skewed = Math.pow(random.nextDouble(), 2.7);
        Meaning meaning = MEANINGS.get((int) (skewed * MEANINGS.size()));
        String text = meaning.wordings().get(random.nextInt(meaning.wordings().size()));
        return new CustomerQuestion(number, meaning.name(), typed(text, random));
    }

    private static String typed(String text, SplittableRandom random) {
        String typed = text;
        if (random.nextInt(PERCENT) < CARELESS) {
            typed = typed.toLowerCase(Locale.ROOT);
        }
        if (random.nextInt(PERCENT) < CARELESS) {
            typed = typed.replaceAll("\\?$", "");
        }
        return random.nextInt(PERCENT) < CARELESS ? "Hello, " + typed : typed;
    }

    private static List<Meaning> meanings() {
        List<Meaning> meanings = new ArrayList<>();
        for (String group : file().split("\n\n", -1)) {
            List<String> wordings = group.lines().toList();
            String slot = WORDS.keySet().stream().filter(group::contains).findFirst().orElse("");
            for (String word : WORDS.getOrDefault(slot, List.of(""))) {
                List<String> filled = wordings.stream().map(it -> it.replace(slot, word)).toList();
                meanings.add(new Meaning(filled.getFirst(), filled));
            }
        }
        return shuffled(meanings);
    }

    private static List<Meaning> shuffled(List<Meaning> meanings) {
        var random = new SplittableRandom(1);
        List<Meaning> shuffled = new ArrayList<>();
        while (!meanings.isEmpty()) {
            shuffled.add(meanings.remove(random.nextInt(meanings.size())));
        }
        return List.copyOf(shuffled);
    }

    private static String file() {
        try (InputStream file = CustomerQuestion.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException(FILE + " is not on the class path");
            }
            return new String(file.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }
}
