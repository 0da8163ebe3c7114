package dev.millrace.retrieval.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JoinedDocumentLogTest {
    private static JoinedDocumentLog log(DocumentLog documents, VectorLog vectors, String space) {
        return new JoinedDocumentLog(documents, vectors, new VectorSpace(space));
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,true", "false,true,true", "true,true,true"})
    void isReplacedIfEitherTopicIs(boolean documents, boolean vectors, boolean expected) {
        try (var log =
                log(
                        new FakeDocuments(Map.of(), documents),
                        new FakeVectors(Map.of(), vectors),
                        "0123456789abcdef")) {
            assertThat(log.isReplaced()).isEqualTo(expected);
        }
    }

    /** Another topic of vectors is another space, and its offsets begin again. */
    @ParameterizedTest
    @CsvSource({
        "0123456789abcdef,0123456789abcdef,true",
        "fedcba9876543210,fedcba9876543210,true",
        "0123456789abcdef,0123456789abcdee,false",
        "0123456789abcdef,fedcba9876543210,false"
    })
    void positionsOfVectorsHoldForOneSpace(String space, String later, boolean expected) {
        Map<Integer, Long> documents = Map.of(0, 7L, 1, 3L);
        Map<Integer, Long> vectors = Map.of(0, 9L, 1, 4L);
        Map<Integer, Long> positions;
        try (var log =
                log(new FakeDocuments(documents, false), new FakeVectors(vectors, false), space)) {
            positions = log.positions();
        }
        var laterDocuments = new FakeDocuments(Map.of(), false);
        var laterVectors = new FakeVectors(Map.of(), false);
        try (var log = log(laterDocuments, laterVectors, later)) {
            log.seek(positions);
            assertThat(laterDocuments.positions()).isEqualTo(documents);
            assertThat(laterVectors.positions()).isEqualTo(expected ? vectors : Map.of());
        }
    }

    /** An index of a version before positions had a space. */
    @Test
    void positionsOfVectorsWithoutASpaceAreForgotten() {
        var documents = new FakeDocuments(Map.of(), false);
        var vectors = new FakeVectors(Map.of(), false);
        try (var log = log(documents, vectors, "0123456789abcdef")) {
            log.seek(Map.of(0, 7L, -1, 9L));
            assertThat(documents.positions()).isEqualTo(Map.of(0, 7L));
            assertThat(vectors.positions()).isEmpty();
        }
    }

    private static final class FakeDocuments implements DocumentLog {
        private final boolean isReplaced;
        private Map<Integer, Long> positions;

        FakeDocuments(Map<Integer, Long> positions, boolean isReplaced) {
            this.positions = positions;
            this.isReplaced = isReplaced;
        }

        @Override
        public String source() {
            return "documents";
        }

        @Override
        public boolean isReplaced() {
            return isReplaced;
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {
            positions = Map.copyOf(offsets);
        }

        @Override
        public void pause(Set<Integer> partitions) {}

        @Override
        public List<DocumentRecord> poll(Duration wait) {
            return List.of();
        }

        @Override
        public Map<Integer, Long> positions() {
            return positions;
        }

        @Override
        public Map<Integer, Long> ends() {
            return positions;
        }

        @Override
        public void close() {}
    }

    private static final class FakeVectors implements VectorLog {
        private final boolean isReplaced;
        private Map<Integer, Long> positions;

        FakeVectors(Map<Integer, Long> positions, boolean isReplaced) {
            this.positions = positions;
            this.isReplaced = isReplaced;
        }

        @Override
        public String source() {
            return "vectors";
        }

        @Override
        public boolean isReplaced() {
            return isReplaced;
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {
            positions = Map.copyOf(offsets);
        }

        @Override
        public List<VectorRecord> poll(Set<Integer> partitions, Duration wait) {
            return List.of();
        }

        @Override
        public Map<Integer, Long> positions() {
            return positions;
        }

        @Override
        public void close() {}
    }
}
