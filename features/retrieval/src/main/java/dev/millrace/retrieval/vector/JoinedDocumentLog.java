package dev.millrace.retrieval.vector;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The topic of documents, each with its vectors. A document is returned once its vectors have
 * arrived; documents of other partitions do not wait for it. Belongs to one thread.
 *
 * <p>Its positions include the positions of the vectors: partition {@code p} of the topic of
 * vectors has the number {@code -1 - p}. The vectors' positions hold for one space. In another
 * space, vectors are read from the beginning, while documents that are indexed already are not read
 * again.
 */
public final class JoinedDocumentLog implements DocumentLog {
    /** Has the space of the vectors as its position. No partition has this number. */
    private static final int SPACE = Integer.MIN_VALUE;

    private final DocumentLog documents;
    private final VectorLog vectors;
    private final VectorSpace space;
    private final Map<Integer, JoinedPartition> partitions = new TreeMap<>();

    /** Creates a log that closes both topics. */
    public JoinedDocumentLog(DocumentLog documents, VectorLog vectors, VectorSpace space) {
        this.documents = documents;
        this.vectors = vectors;
        this.space = space;
    }

    private static int numberOf(int partition) {
        return -1 - partition;
    }

    @Override
    public String source() {
        return documents.source();
    }

    @Override
    public boolean isReplaced() {
        return documents.isReplaced() || vectors.isReplaced();
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        partitions.clear();
        var documentOffsets = new HashMap<Integer, Long>();
        var vectorOffsets = new HashMap<Integer, Long>();
        boolean isSameSpace = Objects.equals(offsets.get(SPACE), space.number());
        offsets.forEach(
                (partition, offset) -> {
                    if (partition >= 0) {
                        documentOffsets.put(partition, offset);
                    } else if (partition != SPACE && isSameSpace) {
                        vectorOffsets.put(numberOf(partition), offset);
                    }
                });
        documents.seek(documentOffsets);
        vectors.seek(vectorOffsets);
    }

    @Override
    public void pause(Set<Integer> paused) {
        documents.pause(paused);
    }

    @Override
    public List<DocumentRecord> poll(Duration wait) {
        Set<Integer> waiting = waiting();
        documents.pause(waiting);
        documents
                .poll(waiting.isEmpty() ? wait : Duration.ZERO)
                .forEach(it -> partition(it.partition()).add(it));
        List<DocumentRecord> ready = takeReady();
        Set<Integer> wanted = waiting();
        if (!wanted.isEmpty()) {
            vectors.poll(wanted, ready.isEmpty() ? wait : Duration.ZERO).forEach(this::add);
            ready.addAll(takeReady());
        }
        return ready;
    }

    private Set<Integer> waiting() {
        return partitions.entrySet().stream()
                .filter(it -> it.getValue().hasDocuments())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void add(VectorRecord entry) {
        VectorCodec.parse(space, entry.key(), entry.value())
                .ifPresent(it -> partition(entry.partition()).add(entry.offset(), it));
    }

    private JoinedPartition partition(int number) {
        return partitions.computeIfAbsent(number, _ -> new JoinedPartition());
    }

    private List<DocumentRecord> takeReady() {
        var ready = new ArrayList<DocumentRecord>();
        partitions.values().forEach(it -> ready.addAll(it.takeAll()));
        return ready;
    }

    @Override
    public Map<Integer, Long> positions() {
        var positions = new TreeMap<>(documents.positions());
        positions.put(SPACE, space.number());
        vectors.positions().forEach((it, offset) -> positions.put(numberOf(it), offset));
        partitions.forEach(
                (number, it) -> {
                    it.nextDocument().ifPresent(offset -> positions.put(number, offset));
                    it.nextVectors().ifPresent(offset -> positions.put(numberOf(number), offset));
                });
        return positions;
    }

    @Override
    public Map<Integer, Long> ends() {
        return documents.ends();
    }

    @Override
    public void close() {
        vectors.close();
        documents.close();
    }
}
