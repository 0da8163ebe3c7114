package dev.millrace.retrieval.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JoinedDocumentLogTest {
    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,true", "false,true,true", "true,true,true"})
    void isReplacedIfEitherTopicIs(boolean documents, boolean vectors, boolean expected) {
        try (var log =
                new JoinedDocumentLog(
                        new EmptyDocuments(documents),
                        new EmptyVectors(vectors),
                        new VectorSpace("0123456789abcdef"))) {
            assertThat(log.isReplaced()).isEqualTo(expected);
        }
    }

    private record EmptyDocuments(boolean isReplaced) implements DocumentLog {
        @Override
        public String source() {
            return "documents";
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public void pause(Set<Integer> partitions) {}

        @Override
        public List<DocumentRecord> poll(Duration wait) {
            return List.of();
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, 0L);
        }

        @Override
        public Map<Integer, Long> ends() {
            return Map.of(0, 0L);
        }

        @Override
        public void close() {}
    }

    private record EmptyVectors(boolean isReplaced) implements VectorLog {
        @Override
        public String source() {
            return "vectors";
        }

        @Override
        public void seek(Map<Integer, Long> offsets) {}

        @Override
        public List<VectorRecord> poll(Set<Integer> partitions, Duration wait) {
            return List.of();
        }

        @Override
        public Map<Integer, Long> positions() {
            return Map.of(0, 0L);
        }

        @Override
        public void close() {}
    }
}
