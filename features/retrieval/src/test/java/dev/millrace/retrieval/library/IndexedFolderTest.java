package dev.millrace.retrieval.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexedFolderTest {
    private static final CollectionId SHOP = new CollectionId("acme", "shop");
    private static final CollectionId OTHER = new CollectionId("acme", "other");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration MAX_AGE = Duration.ofDays(6);
    private static final String SOURCE = "topic-1";

    @TempDir private Path folder;

    private DocumentLibrary open(String source, Instant now) throws IOException {
        var embedder = new WordEmbedder("words");
        return DocumentLibrary.open(
                folder,
                source,
                new Chunker(new ChunkSizes(64, 8), embedder::tokens),
                embedder,
                now,
                MAX_AGE);
    }

    private static void put(
            DocumentLibrary library, long offset, CollectionId in, String id, @Nullable String text)
            throws IOException {
        var document = text == null ? null : new StoredDocument(null, null, Map.of(), text);
        assertThat(library.apply(0, offset, new DocumentKey(in, id), document)).isEmpty();
    }

    private static List<String> found(DocumentLibrary library, CollectionId in) throws IOException {
        return library
                .find(in)
                .orElseThrow()
                .search(new PassageQuery("text", 10, Map.of(), SearchMode.BOTH))
                .stream()
                .map(PassageHit::document)
                .sorted()
                .toList();
    }

    @Nested
    class WithManyCollections {
        private final StoredDocument document = new StoredDocument(null, null, Map.of(), "text");

        private Optional<String> put(DocumentLibrary library, String tenant, String collection)
                throws IOException {
            var key = new DocumentKey(new CollectionId(tenant, collection), "a");
            return library.apply(0, 0, key, document);
        }

        @Test
        void aTenantWithTooManyTakesNoneOfAnother() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                for (int i = 1; i <= DocumentLibrary.MAX_COLLECTIONS_OF_TENANT; i++) {
                    assertThat(put(library, "acme", "c-" + i)).isEmpty();
                }

                assertThat(put(library, "acme", "more"))
                        .contains(
                                "collection \"more\" is not indexed: tenant \"acme\" has 100"
                                        + " collections already");
                assertThat(put(library, "acme", "c-7")).isEmpty();
                assertThat(put(library, "other", "more")).isEmpty();
            }
        }

        @Test
        void aProcessHasALimitForAllTenants() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                for (int i = 0; i < DocumentLibrary.MAX_COLLECTIONS; i++) {
                    assertThat(put(library, "tenant-" + i % 20, "c-" + i)).isEmpty();
                }

                assertThat(put(library, "other", "more"))
                        .contains(
                                "collection \"more\" of tenant \"other\" is not indexed: there are"
                                        + " 1000 collections already");
            }
        }
    }

    @Nested
    class AfterARestart {
        @Test
        void readsOnWhereAllIndexesWereComplete() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "a", "text a");
                library.commit(Map.of(0, 1L), NOON);
                put(library, 1, SHOP, "b", "text b");
            }
            try (var library = open(SOURCE, NOON)) {
                assertThat(library.start()).isEqualTo(Map.of(0, 1L));
                assertThat(found(library, SHOP)).containsExactly("a");
            }
        }

        @Test
        void withoutTheListOfIndexesReadsEverythingAgain() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "a", "text a");
                put(library, 1, SHOP, "a", null);
                put(library, 2, SHOP, "b", "text b");
                library.commit(Map.of(0, 3L), NOON);
            }
            Files.delete(folder.resolve("library.json"));
            try (var library = open(SOURCE, NOON)) {
                assertThat(library.start()).isEmpty();
                put(library, 0, SHOP, "a", "text a");
                put(library, 1, SHOP, "a", null);
                put(library, 2, SHOP, "b", "text b");
                assertThat(found(library, SHOP)).containsExactly("b");
            }
        }

        @Test
        void oneLostIndexIsReadFromTheBeginningAndTheOthersAreKept() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "a", "text a");
                put(library, 1, OTHER, "b", "text b");
                library.commit(Map.of(0, 2L), NOON);
            }
            delete(folder.resolve("c2"));
            try (var library = open(SOURCE, NOON)) {
                assertThat(library.start()).isEmpty();
                assertThat(found(library, SHOP)).containsExactly("a");
                // Would delete the document if the index did not know a newer version.
                put(library, 0, SHOP, "a", null);
                put(library, 1, OTHER, "b", "text b");
                assertThat(found(library, SHOP)).containsExactly("a");
                assertThat(found(library, OTHER)).containsExactly("b");
            }
        }

        @Test
        void aCrashWhileALostIndexIsReadLosesNothing() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "a", "text a");
                put(library, 1, OTHER, "b", "text b");
                put(library, 2, OTHER, "c", "text c");
                library.commit(Map.of(0, 3L), NOON);
            }
            delete(folder.resolve("c2"));
            byte[] state = Files.readAllBytes(folder.resolve("library.json"));
            try (var library = open(SOURCE, NOON)) {
                byte[] opened = Files.readAllBytes(folder.resolve("library.json"));
                put(library, 1, OTHER, "b", "text b");
                library.commit(Map.of(0, 2L), NOON);
                // The process has died after the commit of the index, before this file was written.
                Files.write(folder.resolve("library.json"), opened);
                assertThat(opened).isNotEqualTo(state);
            }
            try (var library = open(SOURCE, NOON)) {
                assertThat(library.start()).isEmpty();
                put(library, 1, OTHER, "b", "text b");
                put(library, 2, OTHER, "c", "text c");
                assertThat(found(library, OTHER)).containsExactly("b", "c");
            }
        }

        @Test
        void leftOversOfACrashAreNotMistakenForANewCollection() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "secret", "text of the shop");
                library.commit(Map.of(0, 1L), NOON);
            }
            Files.delete(folder.resolve("library.json"));
            try (var library = open(SOURCE, NOON)) {
                put(library, 1, OTHER, "b", "text b");
                assertThat(found(library, OTHER)).containsExactly("b");
            }
        }
    }

    @Nested
    class IsEmptied {
        @Test
        void whenTheTopicIsAnotherOne() throws IOException {
            filled();
            try (var library = open("topic-2", NOON)) {
                assertThat(library.start()).isEmpty();
                assertThat(library.find(SHOP).orElseThrow().passages()).isZero();
            }
        }

        @Test
        void whenDeletionsMayHaveBeenForgotten() throws IOException {
            filled();
            try (var library = open(SOURCE, NOON.plus(MAX_AGE))) {
                assertThat(library.start()).isEqualTo(Map.of(0, 1L));
            }
            try (var library = open(SOURCE, NOON.plus(MAX_AGE).plusSeconds(1))) {
                assertThat(library.start()).isEmpty();
            }
        }

        @Test
        void forGoodEvenIfItsCollectionGetsNoDocumentAgain() throws IOException {
            filled();
            try (var library = open("topic-2", NOON)) {
                put(library, 0, OTHER, "b", "text b");
                library.commit(Map.of(0, 1L), NOON);
            }
            try (var library = open("topic-2", NOON)) {
                assertThat(library.find(SHOP).orElseThrow().passages()).isZero();
                assertThat(library.start()).isEqualTo(Map.of(0, 1L));
            }
        }

        private void filled() throws IOException {
            try (var library = open(SOURCE, NOON)) {
                put(library, 0, SHOP, "a", "text a");
                library.commit(Map.of(0, 1L), NOON);
            }
        }
    }

    @Test
    void aFolderThatDisappearsIsFilledAgain() throws IOException {
        var library = open(SOURCE, NOON);
        for (int i = 0; i < 3; i++) {
            put(library, i, new CollectionId("acme", "c" + i), "a", "text a");
        }
        library.commit(Map.of(0, 3L), NOON);
        delete(folder);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> {
                            put(library, 3, new CollectionId("acme", "c1"), "b", "text b");
                            library.commit(Map.of(0, 4L), NOON);
                        });
        try {
            library.close();
        } catch (IOException _) {
            // Its files are deleted.
        }
        Files.createDirectories(folder);
        try (var again = open(SOURCE, NOON)) {
            for (int i = 0; i < 3; i++) {
                put(again, i, new CollectionId("acme", "c" + i), "a", "text a");
            }
            again.commit(Map.of(0, 3L), NOON);
            assertThat(found(again, new CollectionId("acme", "c2"))).containsExactly("a");
        }
    }

    @Test
    void aCollectionOfAClosedLibraryIsNotUnknown() throws IOException {
        var library = open(SOURCE, NOON);
        put(library, 0, SHOP, "a", "text a");
        library.close();

        OpenCollection collection = library.find(SHOP).orElseThrow();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(collection::passages);
    }

    @Test
    void aSecondProcessTakesTheNextFolder() throws IOException {
        Path preferred = folder.resolve("index");
        try (var first = LibraryFolder.claim(preferred);
                var second = LibraryFolder.claim(preferred)) {
            assertThat(first.path()).isEqualTo(preferred);
            assertThat(second.path()).isEqualTo(folder.resolve("index-2"));
        }
        try (var next = LibraryFolder.claim(preferred)) {
            assertThat(next.path()).isEqualTo(preferred);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path it : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(it);
            }
        }
    }
}
