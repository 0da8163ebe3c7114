package dev.millrace.bench.retrieval;

import dev.millrace.semantic.embedding.EmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Text with the statistics of English prose on many topics: real words whose frequency falls with
 * their rank, sentences of which some words belong to the topic of their document, and part
 * numbers. A number always gives the same text. Immutable.
 */
final class TopicText {
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final Pattern WORD = Pattern.compile("[a-z]{2,}");

    /** Words of a topic, and the rank above which they are taken, so that they say something. */
    private static final int TOPIC_WORDS = 60;

    private static final int LEAST_TOPIC_RANK = 500;
    private static final double TOPIC_SHARE = 0.4;
    private static final double NUMBER_SHARE = 0.01;
    private static final int MIN_SENTENCE = 9;
    private static final int MAX_SENTENCE = 14;
    private static final int ASKED_WORDS = 5;

    /** Words from the most frequent one to the rarest. */
    private final List<String> words;

    private TopicText(List<String> words) {
        this.words = words;
    }

    /**
     * Reads the words from the vocabulary of the embedding model, which is in order of frequency.
     */
    static TopicText load() {
        try (InputStream file = EmbeddingModel.class.getResourceAsStream(TOKENIZER)) {
            JsonNode vocabulary = new JsonMapper().readTree(file).path("model").path("vocab");
            return new TopicText(
                    vocabulary.properties().stream()
                            .filter(it -> WORD.matcher(it.getKey()).matches())
                            .sorted(Comparator.comparingInt(it -> it.getValue().asInt()))
                            .map(Map.Entry::getKey)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + TOKENIZER, e);
        }
    }

    /**
     * Returns a document of several paragraphs.
     *
     * @param number determines the topic and the text
     */
    String document(int number, int paragraphs, int sentencesOfEach) {
        var random = new SplittableRandom(number);
        List<String> topic = topic(number);
        var text = new StringBuilder();
        for (int i = 0; i < paragraphs; i++) {
            text.append(i == 0 ? "" : "\n\n");
            for (int k = 0; k < sentencesOfEach; k++) {
                appendSentence(text.append(k == 0 ? "" : " "), topic, random);
            }
        }
        return text.toString();
    }

    private List<String> topic(int number) {
        return new SplittableRandom(~(long) number)
                .ints(TOPIC_WORDS, LEAST_TOPIC_RANK, words.size())
                .mapToObj(words::get)
                .toList();
    }

    private void appendSentence(StringBuilder text, List<String> topic, SplittableRandom random) {
        int length = random.nextInt(MIN_SENTENCE, MAX_SENTENCE);
        for (int i = 0; i < length; i++) {
            String word = word(topic, random);
            text.append(i == 0 ? capitalized(word) : word).append(i < length - 1 ? ' ' : '.');
        }
    }

    private String word(List<String> topic, SplittableRandom random) {
        double kind = random.nextDouble();
        if (kind < NUMBER_SHARE) {
            return String.format(Locale.ROOT, "kx-%d", random.nextInt(1_000_000));
        }
        return frequent(kind < NUMBER_SHARE + TOPIC_SHARE ? topic : words, random);
    }

    /** Returns a word by Zipf's law: its frequency is the reciprocal of its rank. */
    private static String frequent(List<String> ranked, SplittableRandom random) {
        return ranked.get((int) Math.pow(ranked.size(), random.nextDouble()) - 1);
    }

    private static String capitalized(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /**
     * Returns a question about a document, in which words of its topic occur.
     *
     * @param document number of the document
     * @param random makes questions about one document differ
     */
    String question(int document, SplittableRandom random) {
        List<String> topic = topic(document);
        var text = new StringBuilder("How do I find out what the");
        for (int i = 0; i < ASKED_WORDS; i++) {
            text.append(i == 2 ? " of a " : " ").append(frequent(topic, random));
        }
        return text.append(" is about?").toString();
    }
}
