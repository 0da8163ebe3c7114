package dev.millrace.retrieval.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Changes in random order give the state that each document was left in. */
class IndexHistoryTest {
    private static final TextEmbedder EMBEDDER = new WordEmbedder("words");
    private static final Chunker CHUNKER = new Chunker(new ChunkSizes(20, 0), EMBEDDER::tokens);

    record Change(int document, int words) {}

    @Provide
    static Arbitrary<List<Change>> changes() {
        return Arbitraries.integers()
                .between(0, 4)
                .flatMap(
                        id ->
                                Arbitraries.integers()
                                        .between(0, 90)
                                        .map(words -> new Change(id, words)))
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 40)
    void indexHoldsTheLastStateOfEachDocument(@ForAll("changes") List<Change> changes)
            throws IOException {
        Path folder = Files.createTempDirectory("index");
        var expected = new TreeMap<String, Integer>();
        try (var index = CollectionIndex.open(folder, CHUNKER, EMBEDDER)) {
            for (Change it : changes) {
                String id = "d" + it.document();
                if (it.words() == 0) {
                    index.delete(id);
                    expected.remove(id);
                } else {
                    index.put(new SourceDocument(id, "word ".repeat(it.words()), Map.of()));
                    expected.put(id, CHUNKER.chunks("word ".repeat(it.words())).size());
                }
            }
            var found = new TreeMap<String, Integer>();
            index.search(new PassageQuery("word", 1000, Map.of(), SearchMode.WORDS))
                    .forEach(it -> found.merge(it.document(), 1, Integer::sum));
            assertThat(found).isEqualTo(expected);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path it : files.toList()) {
                    Files.delete(it);
                }
            }
            Files.delete(folder);
        }
    }
}
