package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingResultTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'data':[{'embedding':[1]},{'embedding':[-1]}]}                      | [[1.0], [-1.0]]
                    {'data':[{'index':1,'embedding':[1]},{'index':0,'embedding':[-1]}]}  | [[-1.0], [1.0]]
                    {'data':[{'index':1,'embedding':[1]},{'index':1,'embedding':[-1]}]}  |
                    {'data':[{'index':2,'embedding':[1]},{'index':1,'embedding':[-1]}]}  |
                    {'data':[{'embedding':[1]}]}                                         |
                    {}                                                                   |
                    """)
    void vectorsHaveTheOrderOfTheTexts(String body, @Nullable String vectors) {
        String result = "{\"response\":{\"body\":" + body.replace('\'', '"') + "}}";

        assertThat(vectors(EmbeddingResult.read(result.getBytes(UTF_8), 2))).isEqualTo(vectors);
    }

    private static @Nullable String vectors(EmbeddingAnswer answer) {
        return answer instanceof EmbeddingAnswer.Vectors(List<float[]> vectors)
                ? vectors.stream().map(Arrays::toString).toList().toString()
                : null;
    }
}
