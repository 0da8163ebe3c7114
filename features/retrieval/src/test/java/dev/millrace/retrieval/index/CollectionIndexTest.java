package dev.millrace.retrieval.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.retrieval.embedding.TextEmbedder;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionIndexTest {
    private static final TextEmbedder EMBEDDER = new WordEmbedder("words");
    private static final SourcePosition POSITION =
            new SourcePosition("log-1", Map.of(0, 5L, 3, 70L), Instant.ofEpochMilli(1_000));

    @TempDir private Path folder = Path.of("");

    private static Chunker chunker(int tokens) {
        return new Chunker(new ChunkSizes(tokens, 0), EMBEDDER::tokens);
    }

    private CollectionIndex open() throws IOException {
        return CollectionIndex.open(folder, chunker(20), EMBEDDER);
    }

    private static SourceDocument document(String id, String text) {
        return new SourceDocument(id, text, Map.of());
    }

    private static PassageQuery query(String text, SearchMode mode) {
        return new PassageQuery(text, 10, Map.of(), mode);
    }

    private static List<String> documents(List<PassageHit> hits) {
        return hits.stream().map(PassageHit::document).toList();
    }

    @Nested
    class Search {
        @ParameterizedTest
        @EnumSource
        void findsTheBestPassageFirst(SearchMode mode) throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("cats", "Cats sleep all day."));
                index.put(document("dogs", "Dogs bark at night."));

                assertThat(index.search(query("when do dogs bark", mode)).getFirst().document())
                        .isEqualTo("dogs");
            }
        }

        @Test
        void tellsIdPositionTextAndMetadata() throws IOException {
            String text = "A ".repeat(18).strip() + ".\n\nThe warranty lasts two years.";
            try (CollectionIndex index = open()) {
                index.put(new SourceDocument("terms", text, Map.of("lang", "en")));

                PassageHit hit = index.search(query("warranty", SearchMode.WORDS)).getFirst();

                assertThat(hit.id()).isEqualTo("terms#1");
                assertThat(text.substring(hit.start(), hit.end())).isEqualTo(hit.text());
                assertThat(hit.text()).isEqualTo("The warranty lasts two years.");
                assertThat(hit.metadata()).containsExactly(Map.entry("lang", "en"));
                assertThat(hit.bm25()).hasValue(hit.score());
                assertThat(hit.cosine()).isEmpty();
            }
        }

        @Test
        void sumsReciprocalRanksOfBothOrders() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("first", "green apples"));
                index.put(document("second", "red cars"));

                List<PassageHit> hits = index.search(query("green apples", SearchMode.BOTH));

                assertThat(hits.getFirst().score()).isEqualTo(1 / 61.0 + 1 / 61.0);
                // Not found by words, and second by meaning.
                assertThat(hits.getLast().score()).isEqualTo(1 / 62.0);
                assertThat(hits.getLast().bm25()).isEmpty();
                assertThat(hits.getFirst().cosine().orElseThrow()).isCloseTo(1, within());
            }
        }

        private Offset<Double> within() {
            return Offset.offset(1e-3);
        }

        @ParameterizedTest
        @EnumSource
        void seesOnlyDocumentsThatPassTheFilter(SearchMode mode) throws IOException {
            try (CollectionIndex index = open()) {
                index.put(new SourceDocument("de", "warranty", Map.of("lang", "de", "v", "1")));
                index.put(new SourceDocument("en", "warranty", Map.of("lang", "en", "v", "1")));
                index.put(new SourceDocument("en2", "warranty", Map.of("lang", "en", "v", "2")));

                assertThat(search(index, mode, Map.of("lang", "en"))).containsExactly("en", "en2");
                assertThat(search(index, mode, Map.of("lang", "en", "v", "2")))
                        .containsExactly("en2");
                assertThat(search(index, mode, Map.of("lang", "fr"))).isEmpty();
                assertThat(search(index, mode, Map.of("v", "en"))).isEmpty();
            }
        }

        private static List<String> search(
                CollectionIndex index, SearchMode mode, Map<String, String> filter)
                throws IOException {
            return documents(index.search(new PassageQuery("warranty", 10, filter, mode)));
        }

        @ParameterizedTest
        @EnumSource
        void findsNothingInAnEmptyIndex(SearchMode mode) throws IOException {
            try (CollectionIndex index = open()) {
                assertThat(index.search(query("anything", mode))).isEmpty();
            }
        }

        @Test
        void returnsAtMostTopK() throws IOException {
            try (CollectionIndex index = open()) {
                for (int i = 0; i < 20; i++) {
                    index.put(document("d" + i, "warranty"));
                }

                assertThat(index.search(new PassageQuery("warranty", 3, Map.of(), SearchMode.BOTH)))
                        .hasSize(3);
            }
        }

        @ParameterizedTest
        @EnumSource
        void ordersPassagesOfTheSameScoreByDocumentAndPosition(SearchMode mode) throws IOException {
            try (CollectionIndex index = open()) {
                String passage = "warranty ".repeat(10);
                index.put(document("c", passage));
                index.put(document("b", passage));
                index.put(document("a", passage + passage));
                index.put(document("aa", passage));

                assertThat(ids(index, mode, 10))
                        .containsExactly("a#0", "a#1", "aa#0", "b#0", "c#0");
                assertThat(ids(index, mode, 3)).containsExactly("a#0", "a#1", "aa#0");
            }
        }

        private static List<String> ids(CollectionIndex index, SearchMode mode, int topK)
                throws IOException {
            return index.search(new PassageQuery("warranty", topK, Map.of(), mode)).stream()
                    .map(PassageHit::id)
                    .toList();
        }

        @Test
        void takesSignsInAQuestionAsText() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "warranty"));

                assertThat(index.search(query("what: \"(warranty\" AND [* ~?", SearchMode.WORDS)))
                        .hasSize(1);
                assertThat(index.search(query("the", SearchMode.WORDS))).isEmpty();
            }
        }

        @Test
        void readsTheFirstOfTooManyWords() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "保 warranty"));

                // Each of these signs is a separate word.
                assertThat(index.search(query("保".repeat(2_000), SearchMode.BOTH))).hasSize(1);
                assertThat(index.search(query("w ".repeat(5_000), SearchMode.WORDS))).isEmpty();
            }
        }

        @Test
        void refusesABlankQuestionAndABoundlessNumber() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query(" ", SearchMode.BOTH))
                    .withMessage("the question must not be blank");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PassageQuery("x", 1001, Map.of(), SearchMode.BOTH))
                    .withMessage("top_k must be 1..1000, was 1001");
        }
    }

    @Nested
    class Changes {
        @Test
        void replaceAllPassagesOfADocument() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "old one. ".repeat(30)));
                index.put(document("other", "old too."));
                index.put(document("d", "new."));

                assertThat(index.passages()).isEqualTo(2);
                assertThat(documents(index.search(query("old", SearchMode.WORDS))))
                        .containsExactly("other");
            }
        }

        @Test
        void deleteADocument() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "warranty"));
                index.delete("d");
                index.delete("unknown");

                assertThat(index.search(query("warranty", SearchMode.BOTH))).isEmpty();
            }
        }
    }

    @Nested
    class Commit {
        @Test
        void keepsChangesTogetherWithTheirPosition() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("kept", "warranty"));
                index.commit(POSITION);
                index.put(document("lost", "warranty"));
            }

            try (CollectionIndex index = open()) {
                assertThat(index.position()).contains(POSITION);
                assertThat(documents(index.search(query("warranty", SearchMode.BOTH))))
                        .containsExactly("kept");
            }
        }

        @Test
        void isReadByOthersWhileTheIndexIsWritten() throws IOException {
            try (CollectionIndex index = open()) {
                assertThat(IndexSnapshot.open(folder, chunker(20), EMBEDDER)).isEmpty();
                index.put(document("kept", "warranty"));
                index.commit(POSITION);
                index.put(document("later", "warranty"));

                try (var snapshot =
                        IndexSnapshot.open(folder, chunker(20), EMBEDDER).orElseThrow()) {
                    assertThat(snapshot.position()).isEqualTo(POSITION);
                    assertThat(documents(snapshot.search(query("warranty", SearchMode.BOTH))))
                            .containsExactly("kept");
                }
            }
        }

        @Test
        void isForgottenByClear() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "warranty"));
                index.commit(POSITION);
                index.clear();

                assertThat(index.position()).isEmpty();
                assertThat(index.passages()).isZero();
            }
        }
    }

    @Nested
    class Opening {
        @Test
        void isRefusedWhileTheIndexIsOpen() throws IOException {
            try (CollectionIndex _ = open()) {
                assertThatExceptionOfType(CollectionIndex.InUseException.class)
                        .isThrownBy(CollectionIndexTest.this::open);
            }
        }

        @Test
        void emptiesAnIndexOfAnotherModelOrPassageSize() throws IOException {
            fill();
            try (var index = CollectionIndex.open(folder, chunker(30), EMBEDDER)) {
                assertThat(index.position()).isEmpty();
                assertThat(index.passages()).isZero();
            }
            fill();
            try (var index = CollectionIndex.open(folder, chunker(20), new WordEmbedder("other"))) {
                assertThat(index.position()).isEmpty();
                assertThat(index.passages()).isZero();
            }
        }

        @Test
        void emptiesABrokenIndex() throws IOException {
            fill();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path it : files.toList()) {
                    if (it.getFileName().toString().startsWith("segments_")) {
                        Files.write(it, new byte[] {1, 2, 3});
                    }
                }
            }

            try (CollectionIndex index = open()) {
                assertThat(index.position()).isEqualTo(Optional.empty());
                index.put(document("d", "warranty"));
                assertThat(index.passages()).isEqualTo(1);
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void emptiesAnIndexWithABrokenOrMissingFile(boolean isMissing) throws IOException {
            fill();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path it : files.toList()) {
                    String name = it.getFileName().toString();
                    if (name.startsWith("_") && !name.endsWith(".si")) {
                        if (isMissing) {
                            Files.delete(it);
                        } else {
                            Files.write(it, new byte[(int) Files.size(it)]);
                        }
                    }
                }
            }

            try (CollectionIndex index = open()) {
                assertThat(index.position()).isEmpty();
                index.put(document("d", "warranty"));
                assertThat(index.passages()).isEqualTo(1);
            }
        }

        private void fill() throws IOException {
            try (CollectionIndex index = open()) {
                index.put(document("d", "warranty"));
                index.commit(POSITION);
            }
        }
    }
}
