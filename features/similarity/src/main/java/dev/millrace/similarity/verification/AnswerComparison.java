package dev.millrace.similarity.verification;

import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.paraphrase.Wording;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the reused answer of a hit with the answer of a real call.
 *
 * <p>Sees different numbers, currency amounts and signs, yes against no, a negation in only one
 * answer, and another subject. Does not see another name or word in an otherwise equal sentence, a
 * claim missing from a long answer, or an error in both answers. If a model words its answers very
 * differently each time, they count as different; the namespace then becomes stricter than needed.
 * Thread-safe, as the model is.
 */
public final class AnswerComparison {
    /** Least cosine of two answers with equal meaning. */
    static final float LEAST_SIMILARITY = 0.8f;

    private static final Set<String> SIGNS = Set.of("$", "€", "£", "¥", "%");
    private static final Pattern LIST_NUMBERS =
            Pattern.compile("^\\h*\\d+[.)]\\s", Pattern.MULTILINE);
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\p{S}%#&.,:+-]+");
    private static final Pattern MARKS = Pattern.compile("(?<![.,:])[.,:]++(?=\\s|$)");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern POLARITY =
            Pattern.compile("^\\W*(?:(?<yes>yes|yeah|yep)|no|nope)\\b", Pattern.CASE_INSENSITIVE);

    private final EmbeddingModel model;

    public AnswerComparison(EmbeddingModel model) {
        this.model = model;
    }

    /** Compares two texts. Computes up to two embeddings, of 25 ms each for long answers. */
    public AnswerVerdict compare(String reused, String real) {
        String a = normalized(reused);
        String b = normalized(real);
        if (a.isEmpty() || b.isEmpty()) {
            return AnswerVerdict.UNDECIDED;
        }
        if (a.equals(b)) {
            return AnswerVerdict.SAME;
        }
        if (contradict(reused, real)) {
            return AnswerVerdict.DIFFERENT;
        }
        long[] tokensOfA = model.tokens(reused, EmbeddingModel.MAX_TOKENS);
        long[] tokensOfB = model.tokens(real, EmbeddingModel.MAX_TOKENS);
        if (isFull(tokensOfA) || isFull(tokensOfB)) {
            return AnswerVerdict.UNDECIDED;
        }
        float cosine = EmbeddingModel.cosine(model.embed(tokensOfA), model.embed(tokensOfB));
        return cosine >= LEAST_SIMILARITY ? AnswerVerdict.SAME : AnswerVerdict.DIFFERENT;
    }

    /**
     * Returns true if the tokens fill the model's input; the rest of the answer can then be cut
     * off.
     */
    private static boolean isFull(long[] tokens) {
        return tokens.length == EmbeddingModel.MAX_TOKENS;
    }

    /** Returns the words in lower case, without the marks that end sentences and the like. */
    private static String normalized(String answer) {
        String words = NO_WORD.matcher(answer.toLowerCase(Locale.ROOT)).replaceAll(" ");
        return SPACES.matcher(MARKS.matcher(words).replaceAll("")).replaceAll(" ").strip();
    }

    private static boolean contradict(String reused, String real) {
        Wording a = Wording.of(LIST_NUMBERS.matcher(reused).replaceAll(""));
        Wording b = Wording.of(LIST_NUMBERS.matcher(real).replaceAll(""));
        return !Set.copyOf(a.numbers()).equals(Set.copyOf(b.numbers()))
                || !signs(a).equals(signs(b))
                || !polarity(reused).equals(polarity(real))
                || a.denies() != b.denies();
    }

    private static Set<String> signs(Wording wording) {
        var signs = new HashSet<>(wording.symbols());
        signs.retainAll(SIGNS);
        return signs;
    }

    /**
     * Returns {@code yes} or {@code no} if the answer begins with that word, otherwise an empty
     * text.
     */
    private static String polarity(String answer) {
        Matcher matcher = POLARITY.matcher(answer);
        if (!matcher.find()) {
            return "";
        }
        return matcher.group("yes") == null ? "no" : "yes";
    }
}
