package dev.millrace.retrieval.vector;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.embedding.DocumentVectors;
import dev.millrace.retrieval.embedding.DocumentVectors.Embedded;
import dev.millrace.retrieval.embedding.DocumentVectors.Failed;
import dev.millrace.retrieval.embedding.DocumentVectors.Superseded;
import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.retrieval.vector.VectorEntry.Piece;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Documents and vectors of one partition that were read and not yet joined.
 *
 * <p>Vectors arrive in the order of their documents. If the next vectors belong to a later
 * document, the vectors of this document were replaced: a later version of it follows.
 */
final class JoinedPartition {
    private final Deque<DocumentRecord> documents = new ArrayDeque<>();
    private final Deque<Stored> vectors = new ArrayDeque<>();

    private record Stored(long offset, VectorEntry entry) {}

    void add(DocumentRecord document) {
        documents.add(document);
    }

    void add(long offset, VectorEntry entry) {
        vectors.add(new Stored(offset, entry));
    }

    boolean hasDocuments() {
        return !documents.isEmpty();
    }

    /** Returns the offset of the next document; empty if none was read. */
    OptionalLong nextDocument() {
        @Nullable DocumentRecord next = documents.peekFirst();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.offset());
    }

    /** Returns the offset of the first record of vectors that is possibly needed; empty if none. */
    OptionalLong nextVectors() {
        @Nullable Stored next = vectors.peekFirst();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.offset());
    }

    /** Removes the next document if its vectors are known; a deletion needs none. */
    Optional<DocumentRecord> take() {
        @Nullable DocumentRecord next = documents.peekFirst();
        if (next == null) {
            return Optional.empty();
        }
        Optional<DocumentRecord> joined =
                next.value() == null
                        ? Optional.of(next)
                        : vectorsOf(next.offset()).map(next::withVectors);
        joined.ifPresent(_ -> documents.removeFirst());
        return joined;
    }

    private Optional<DocumentVectors> vectorsOf(long document) {
        while (!vectors.isEmpty() && vectors.getFirst().entry().document() < document) {
            vectors.removeFirst();
        }
        if (vectors.isEmpty()) {
            return Optional.empty();
        }
        VectorEntry first = vectors.getFirst().entry();
        if (first.document() > document) {
            return Optional.of(new Superseded());
        }
        return switch (first) {
            case Progress _ -> Optional.of(new Superseded());
            case Failure(long _, String code, String message) -> {
                vectors.removeFirst();
                yield Optional.of(new Failed(code, message));
            }
            case Piece it -> pieces(document, it.pieces());
        };
    }

    /** Joins the pieces; if some are missing, they were replaced or will follow. */
    private Optional<DocumentVectors> pieces(long document, int count) {
        var passages = new ArrayList<float[]>();
        int next = 0;
        for (Stored it : vectors) {
            if (it.entry() instanceof Piece piece
                    && piece.document() == document
                    && piece.number() == next) {
                passages.addAll(piece.vectors());
                next++;
            } else {
                return Optional.of(new Superseded());
            }
            if (next == count) {
                removeFirst(count);
                return Optional.of(new Embedded(passages));
            }
        }
        return Optional.empty();
    }

    private void removeFirst(int count) {
        for (int i = 0; i < count; i++) {
            vectors.removeFirst();
        }
    }

    /** Returns all documents whose vectors are known, in their order. */
    List<DocumentRecord> takeAll() {
        var taken = new ArrayList<DocumentRecord>();
        for (var next = take(); next.isPresent(); next = take()) {
            taken.add(next.get());
        }
        return taken;
    }
}
