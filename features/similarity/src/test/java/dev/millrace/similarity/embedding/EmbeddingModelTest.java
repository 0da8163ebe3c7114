package dev.millrace.similarity.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingModelTest {
    private static EmbeddingModel model;

    @BeforeAll
    static void load() {
        model = EmbeddingModel.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static float cosine(String a, String b) {
        return EmbeddingModel.cosine(embed(a), embed(b));
    }

    private static float[] embed(String text) {
        return model.embed(model.tokens(text, EmbeddingModel.MAX_TOKENS));
    }

    @Test
    void embeddingHasTheLengthOne() {
        float[] vector = embed("How do I reset my password?");

        assertThat(vector).hasSize(EmbeddingModel.DIMENSIONS);
        assertThat(EmbeddingModel.cosine(vector, vector)).isCloseTo(1, offset(1e-5f));
    }

    @Test
    void tokensAreCountedAsTheModelReadsThem() {
        String text = "Füße — 12.5 km/h, unbelievably fast!";

        assertThat(new EmbeddingTokens().count(text, EmbeddingModel.MAX_TOKENS))
                .isEqualTo(model.tokens(text, EmbeddingModel.MAX_TOKENS).length);
        assertThat(new EmbeddingTokens().count(text, 4)).isEqualTo(4);
    }

    @Test
    void paraphraseIsNearerThanAnotherQuestion() {
        String question = "How do I reset my password?";

        assertThat(cosine(question, "How can I reset my password?"))
                .isGreaterThan(0.95f)
                .isGreaterThan(cosine(question, "How do I delete my account?"));
        assertThat(cosine(question, "What is the weather in Paris?")).isLessThan(0.3f);
    }

    @Test
    void textsOfAllLengthsHaveAnEmbedding() {
        assertThat(embed("")).doesNotContain(Float.NaN);
        assertThat(embed("word ".repeat(1_000))).doesNotContain(Float.NaN);
    }

    @Test
    void moreTokensThanTheModelReadsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.tokens("x", EmbeddingModel.MAX_TOKENS + 1));
    }
}
