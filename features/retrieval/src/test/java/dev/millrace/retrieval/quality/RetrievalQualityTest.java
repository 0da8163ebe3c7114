package dev.millrace.retrieval.quality;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.embedding.LocalEmbedder;
import dev.millrace.retrieval.index.CollectionIndex;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.index.SourceDocument;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Measures how often the right passage of a small collection is found; see docs/retrieval.md. */
class RetrievalQualityTest {
    private static final int TOP_K = 5;

    /**
     * A line of a file.
     *
     * @param passage id of a passage
     * @param text the passage, or a question that it answers
     */
    private record Line(String passage, String text) {}

    /**
     * The quality of one mode.
     *
     * @param recall share of questions whose passage is among the first five
     * @param reciprocalRank mean of 1 ÷ rank of the passage; 0 if it is not among the first five
     */
    private record Quality(double recall, double reciprocalRank) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "recall@5 %.3f, MRR %.3f", recall, reciprocalRank);
        }
    }

    private static List<Line> lines(String name) throws IOException {
        InputStream file = RetrievalQualityTest.class.getResourceAsStream("/quality/" + name);
        try (var reader =
                new BufferedReader(new InputStreamReader(Objects.requireNonNull(file), UTF_8))) {
            return reader.lines()
                    .map(it -> it.split("\t", 2))
                    .map(it -> new Line(it[0], it[1]))
                    .toList();
        }
    }

    @Test
    void rightPassageIsAmongTheFirstFive(@TempDir Path folder, TestReporter reporter)
            throws IOException {
        var qualities = new EnumMap<SearchMode, Quality>(SearchMode.class);
        try (var embedder = new LocalEmbedder();
                var index =
                        CollectionIndex.open(
                                folder,
                                new Chunker(ChunkSizes.DEFAULT, embedder::tokens),
                                embedder)) {
            for (Line it : lines("passages.tsv")) {
                index.put(new SourceDocument(it.passage(), it.text(), Map.of()));
            }
            for (SearchMode mode : SearchMode.values()) {
                qualities.put(mode, quality(index, mode));
                reporter.publishEntry(mode.name(), qualities.get(mode).toString());
            }
        }

        assertThat(recall(qualities, SearchMode.WORDS)).isGreaterThanOrEqualTo(0.7);
        assertThat(recall(qualities, SearchMode.VECTORS)).isGreaterThanOrEqualTo(0.95);
        assertThat(recall(qualities, SearchMode.BOTH)).isGreaterThanOrEqualTo(0.9);
    }

    private static double recall(Map<SearchMode, Quality> qualities, SearchMode mode) {
        return Objects.requireNonNull(qualities.get(mode)).recall();
    }

    private static Quality quality(CollectionIndex index, SearchMode mode) throws IOException {
        List<Line> questions = lines("questions.tsv");
        double found = 0;
        double reciprocals = 0;
        for (Line it : questions) {
            int rank =
                    index.search(new PassageQuery(it.text(), TOP_K, Map.of(), mode)).stream()
                                    .map(PassageHit::document)
                                    .toList()
                                    .indexOf(it.passage())
                            + 1;
            if (rank > 0) {
                found++;
                reciprocals += 1.0 / rank;
            }
        }
        return new Quality(found / questions.size(), reciprocals / questions.size());
    }
}
