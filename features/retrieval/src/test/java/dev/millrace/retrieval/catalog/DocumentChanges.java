package dev.millrace.retrieval.catalog;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry.Piece;
import dev.millrace.retrieval.vector.VectorRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** All changes of the documents of one partition, including compacted ones. */
final class DocumentChanges {
    private final List<DocumentRecord> changes = new ArrayList<>();
    private final Set<Long> forgotten = new HashSet<>();

    /** Adds the change of the next offset. */
    void add(DocumentRecord change) {
        changes.add(change);
    }

    /** Ignores the vectors of a version that was removed before the index has read it. */
    void forget(long offset) {
        forgotten.add(offset);
    }

    /**
     * Returns true if the last vectors of a document belong to its text at an offset, and if it was
     * not deleted in between.
     */
    boolean hasVectors(int offset, List<VectorRecord> vectors) {
        DocumentRecord document = changes.get(offset);
        byte[] key =
                VectorCodec.key(EmbeddingWorld.SPACE, 0, Objects.requireNonNull(document.key()));
        return vectors.reversed().stream()
                .filter(it -> Arrays.equals(it.key(), key))
                .findFirst()
                .flatMap(it -> VectorCodec.parse(EmbeddingWorld.SPACE, it.key(), it.value()))
                .filter(it -> it instanceof Piece && !forgotten.contains(it.document()))
                .filter(it -> isUnchanged((int) it.document(), offset))
                .isPresent();
    }

    private boolean isUnchanged(int earlier, int offset) {
        byte[] key = Objects.requireNonNull(changes.get(offset).key());
        return changes.subList(earlier, offset).stream()
                        .noneMatch(it -> Arrays.equals(it.key(), key) && it.value() == null)
                && text(earlier).equals(text(offset));
    }

    private String text(int offset) {
        return DocumentCodec.parse(Objects.requireNonNull(changes.get(offset).value())).text();
    }
}
