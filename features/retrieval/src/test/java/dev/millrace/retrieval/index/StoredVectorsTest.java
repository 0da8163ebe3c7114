package dev.millrace.retrieval.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.embedding.DocumentVectors.Embedded;
import dev.millrace.retrieval.embedding.DocumentVectors.Failed;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredVectorsTest {
    private static final WordEmbedder EMBEDDER = new WordEmbedder("words");
    private static final Chunker CHUNKER = new Chunker(new ChunkSizes(16, 0), EMBEDDER::tokens);
    private static final int PASSAGES = passages(text("one")).size();

    @TempDir private Path folder;
    private CollectionIndex index;

    @BeforeEach
    void open() throws IOException {
        index = CollectionIndex.open(folder, CHUNKER, EMBEDDER);
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    private static String text(String word) {
        return (word + " ").repeat(200);
    }

    private static List<String> passages(String text) {
        return CHUNKER.chunks(text).stream().map(it -> it.of(text)).toList();
    }

    private static List<float[]> vectors(int first) {
        return IntStream.range(first, first + PASSAGES)
                .mapToObj(it -> new float[] {(float) Math.sin(it), (float) Math.cos(it)})
                .toList();
    }

    private void put(String id, String word, int first) throws IOException {
        index.put(
                new SourceDocument(id, text(word), Map.of("word", word)),
                new Embedded(vectors(first)));
    }

    @Test
    void areThoseOfTheLastVersionInTheOrderOfThePassages() throws IOException {
        put("a", "old", 1);
        assertThat(index.passages()).isEqualTo(PASSAGES);
        put("a", "new", 100);
        put("b", "new", 200);

        assertThat(index.vectors("a", passages(text("new"))).orElseThrow())
                .usingElementComparator((one, other) -> Arrays.compare(one, other))
                .isEqualTo(vectors(100));
    }

    @Test
    void areUnknownForAnotherTextOrDocument() throws IOException {
        put("a", "one", 1);
        List<String> passages = passages(text("one"));

        assertThat(index.vectors("a", passages(text("two")))).isEmpty();
        assertThat(index.vectors("a", passages.subList(0, PASSAGES - 1))).isEmpty();
        assertThat(index.vectors("b", passages)).isEmpty();
    }

    @Test
    void areUnknownForADocumentThatIsFoundByItsWordsOnly() throws IOException {
        index.put(
                new SourceDocument("a", text("one"), Map.of()),
                new Failed("budget_exceeded", "no"));

        assertThat(index.vectors("a", passages(text("one")))).isEmpty();
    }
}
