package dev.millrace.retrieval.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.retrieval.background.ReplacedTopicCheck;
import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.index.WordEmbedder;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentIndexerTest {
    private static final Duration MAX_AGE = Duration.ofDays(6);

    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private final OnePartition log = new OnePartition();

    /** A partition whose records are polled one by one. */
    private static final class OnePartition implements DocumentLog {
        final List<DocumentRecord> records = new ArrayList<>();
        private int first;
        private int position;
        boolean isReplaced;

        void add(String id) {
            records.add(
                    new DocumentRecord(
                            0,
                            records.size(),
                            ("acme/shop/" + id).getBytes(UTF_8),
                            DocumentCodec.toJson(
                                    new StoredDocument(null, null, Map.of(), "text"))));
        }

        /** Removes all records before an offset. */
        void truncate(int offset) {
            first = offset;
        }

        @Override
        public String source() {
            return "topic";
        }

        @Override
        public boolean isReplaced() {
            return isReplaced;
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {
            position = Math.toIntExact(offsets.getOrDefault(0, (long) first));
        }

        @Override
        public void pause(Set<Integer> partitions) {}

        @Override
        public List<DocumentRecord> poll(Duration wait) {
            if (position < first) {
                throw new OffsetOutOfRangeException(
                        Map.of(new TopicPartition("documents", 0), (long) position));
            }
            return position == records.size() ? List.of() : List.of(records.get(position++));
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, (long) position);
        }

        @Override
        public Map<Integer, Long> ends() {
            return Map.of(0, (long) records.size());
        }

        @Override
        public void close() {}
    }

    private DocumentLibrary open() throws IOException {
        var embedder = new WordEmbedder("words");
        return DocumentLibrary.open(
                folder,
                "topic",
                new Chunker(new ChunkSizes(64, 8), embedder::tokens),
                embedder,
                now,
                MAX_AGE);
    }

    private DocumentIndexer indexer(DocumentLibrary library) {
        return new DocumentIndexer(
                log,
                library,
                () -> now,
                () -> Duration.between(Instant.EPOCH, now).toNanos(),
                new DocumentMetrics(new SimpleMeterRegistry()));
    }

    /** Reads records, each a moment after the one before, and commits. */
    private void read(int polls, Duration moment) throws IOException {
        try (var library = open()) {
            var indexer = indexer(library);
            for (int i = 0; i < polls; i++) {
                now = now.plus(moment);
                indexer.runOnce(Duration.ZERO);
            }
            indexer.flush();
        }
    }

    @Nested
    class AnIndex {
        @Test
        void isOldIfItsReaderHasNotReachedTheEndForLong() throws IOException {
            log.add("a");
            read(2, Duration.ZERO);
            log.add("b");
            log.add("c");
            now = now.plus(Duration.ofDays(5));
            // Reads one record of two, and then stops for long.
            read(1, Duration.ZERO);
            now = now.plus(Duration.ofDays(2));

            try (var library = open()) {
                assertThat(library.start()).isEmpty();
            }
        }

        @Test
        void staysYoungWithoutChanges() throws IOException {
            log.add("a");
            read(2, Duration.ZERO);
            read(24 * 20, Duration.ofHours(1));
            now = now.plus(Duration.ofDays(5));

            try (var library = open()) {
                assertThat(library.start()).isEqualTo(Map.of(0, 1L));
            }
        }

        @Test
        void isMadeAgainIfItsPositionIsNotInTheTopic() throws IOException {
            log.add("a");
            read(2, Duration.ZERO);
            log.add("b");
            log.add("c");
            log.truncate(2);

            assertThatExceptionOfType(OffsetOutOfRangeException.class)
                    .isThrownBy(() -> read(1, Duration.ZERO));
            read(2, Duration.ZERO);
            try (var library = open()) {
                assertThat(library.start()).isEqualTo(Map.of(0, 3L));
            }
        }

        @Test
        void isNotReadFurtherIfTheTopicWasCreatedAgain() throws IOException {
            log.add("a");
            log.add("b");
            log.isReplaced = true;

            read(1, Duration.ZERO);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> read(1, ReplacedTopicCheck.INTERVAL))
                    .withMessageContaining("was created again");
        }
    }
}
