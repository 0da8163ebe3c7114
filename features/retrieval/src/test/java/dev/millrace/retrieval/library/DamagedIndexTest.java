package dev.millrace.retrieval.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.PassageQuery;
import dev.millrace.retrieval.index.SearchMode;
import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index with damaged files that Lucene does not check when it opens them. */
class DamagedIndexTest {
    private static final CollectionId SHOP = new CollectionId("acme", "shop");
    private static final CollectionId OTHER = new CollectionId("acme", "other");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final int PLACES = 40;
    private static final PassageQuery QUERY =
            new PassageQuery("text number", 50, Map.of(), SearchMode.BOTH);

    @TempDir private Path temporary;

    private static DocumentLibrary open(Path folder) throws IOException {
        var embedder = new WordEmbedder("words");
        return DocumentLibrary.open(
                folder,
                "topic",
                new Chunker(new ChunkSizes(64, 8), embedder::tokens),
                embedder,
                NOON,
                Duration.ofDays(6));
    }

    private static void put(DocumentLibrary library, long offset, CollectionId in, String text)
            throws IOException {
        assertThat(
                        library.apply(
                                0,
                                offset,
                                new DocumentKey(in, "d" + offset),
                                new StoredDocument(null, null, Map.of(), text)))
                .isEmpty();
    }

    private static void search(DocumentLibrary library, CollectionId in) throws IOException {
        assertThat(library.find(in).orElseThrow().search(QUERY)).isNotEmpty();
    }

    /** Overwrites some bytes of the largest file of an index. */
    private static void damage(Path index, int place) throws IOException {
        Path largest;
        try (Stream<Path> files = Files.list(index)) {
            largest = files.max(Comparator.comparingLong(DamagedIndexTest::size)).orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        int start = (int) ((long) bytes.length * place / PLACES);
        Arrays.fill(bytes, start, Math.min(bytes.length, start + 64), (byte) 0xFF);
        Files.write(largest, bytes);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertIsMadeAgain(DocumentLibrary library, Path folder) throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(library::requireIntact)
                .withMessageContaining("shop");
        library.close();
        try (var again = open(folder)) {
            again.requireIntact();
            assertThat(again.start()).isEmpty();
            assertThat(again.find(SHOP).orElseThrow().passages()).isZero();
            search(again, OTHER);
        }
    }

    @Test
    void isMadeAgainIfASearchFails() throws IOException {
        int found = 0;
        for (int place = 0; place < PLACES; place++) {
            Path folder = Files.createDirectory(temporary.resolve("at-" + place));
            try (var library = open(folder)) {
                for (int i = 0; i < 60; i++) {
                    put(library, i, SHOP, "text " + "of number %d ".formatted(i * 7919).repeat(20));
                }
                put(library, 60, OTHER, "text of another one");
                library.commit(Map.of(0, 61L), NOON);
            }
            damage(folder.resolve("c1"), place);
            var library = open(folder);
            if (fails(library)) {
                found++;
                assertIsMadeAgain(library, folder);
            } else {
                library.close();
            }
        }
        assertThat(found).isPositive();
    }

    /** Returns true if the index was opened, and a search fails. */
    private static boolean fails(DocumentLibrary library) throws IOException {
        if (library.start().isEmpty()) {
            return false;
        }
        try {
            var _ = library.find(SHOP).orElseThrow().search(QUERY);
            return false;
        } catch (IOException _) {
            return true;
        } catch (AssertionError _) {
            // Lucene's check of a vector, which runs in tests only.
            return false;
        }
    }

    @Test
    void isMadeAgainIfAMergeFails() throws IOException {
        int offset = 0;
        try (var library = open(temporary)) {
            put(library, offset++, OTHER, "text of another one");
            for (String it : List.of("text one ", "text two ", "text three ")) {
                put(library, offset++, SHOP, it.repeat(500));
                library.commit(Map.of(0, (long) offset), NOON);
            }
        }
        damage(temporary.resolve("c2"), PLACES / 2);
        var library = open(temporary);
        assertThat(library.start()).isNotEmpty();
        assertThat(mergeFails(library, offset)).isTrue();
        assertIsMadeAgain(library, temporary);
    }

    /** Adds documents until an index is merged. */
    private static boolean mergeFails(DocumentLibrary library, int offset) throws IOException {
        try {
            for (int i = offset; i < offset + 500; i++) {
                put(library, i, SHOP, "text number " + i);
                library.commit(Map.of(0, i + 1L), NOON);
            }
            return false;
        } catch (IOException _) {
            return true;
        }
    }
}
