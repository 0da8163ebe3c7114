package dev.millrace.retrieval.catalog;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Failed;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Vectors;
import dev.millrace.retrieval.catalog.EmbeddingTopics.Stored;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry;
import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.retrieval.vector.VectorEntry.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A document whose passages are being embedded, some passages in each job. Belongs to one thread.
 */
final class EmbeddedDocument {
    /** Most texts of a job: some providers accept no more, such as Alibaba's text-embedding-v4. */
    static final int MAX_TEXTS = 10;

    private static final int MAX_MESSAGE_CHARS = 500;

    private final byte[] key;
    private final long offset;
    private final String tenant;
    private final List<String> passages;
    private final @Nullable EmbeddingAnswer[] answers;

    /** The last attempt that has ended, by job. */
    private final int[] ended;

    private @Nullable Failed failure;
    private boolean isReused;

    /**
     * @param passages empty if the document was deleted
     */
    EmbeddedDocument(byte[] key, long offset, String tenant, List<String> passages) {
        this.key = key;
        this.offset = offset;
        this.tenant = tenant;
        this.passages = passages;
        answers = new EmbeddingAnswer[Math.ceilDiv(passages.size(), MAX_TEXTS)];
        ended = new int[answers.length];
        Arrays.fill(ended, -1);
    }

    long offset() {
        return offset;
    }

    String tenant() {
        return tenant;
    }

    byte[] key() {
        return key;
    }

    List<String> passages() {
        return passages;
    }

    /** Takes the vectors of an earlier version with equal passages, so that no job runs. */
    void reuse(List<float[]> vectors) {
        for (int job = 0; job < answers.length; job++) {
            int start = job * MAX_TEXTS;
            answers[job] = new Vectors(vectors.subList(start, start + texts(job).size()));
        }
        isReused = true;
    }

    boolean isReused() {
        return isReused;
    }

    int jobs() {
        return answers.length;
    }

    List<String> texts(int job) {
        int start = job * MAX_TEXTS;
        return passages.subList(start, Math.min(passages.size(), start + MAX_TEXTS));
    }

    /** Returns true if the job needs no further attempt. */
    boolean hasEnded(int job) {
        return failure != null || answers[job] instanceof Vectors;
    }

    /** Stores the answer to a job. A success counts whatever the results of other attempts. */
    void onAnswer(int job, int attempt, EmbeddingAnswer answer) {
        ended[job] = Math.max(ended[job], attempt);
        switch (answer) {
            case Vectors _ -> answers[job] = answer;
            case Failed failed when !failed.isOutage() && !(answers[job] instanceof Vectors) ->
                    fail(failed.code(), failed.message());
            case Failed _ -> {}
        }
    }

    void fail(String code, String message) {
        if (failure == null) {
            String text =
                    message.length() > MAX_MESSAGE_CHARS
                            ? message.substring(0, MAX_MESSAGE_CHARS)
                            : message;
            failure = new Failed(code, text, false);
        }
    }

    /** Returns true if a job that was published with this attempt has not ended. */
    boolean isRunning(int attempt) {
        return IntStream.range(0, answers.length)
                .anyMatch(it -> !hasEnded(it) && ended[it] < attempt);
    }

    boolean hasEnded() {
        return IntStream.range(0, answers.length).allMatch(this::hasEnded);
    }

    /** Returns why the document gets no vectors. */
    Optional<Failed> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns the records that replace the records of an earlier version of the document. */
    List<Stored> records(int maxBytes) {
        List<VectorEntry> entries = entries(maxBytes);
        var records = new ArrayList<Stored>();
        for (int i = 0; i < VectorCodec.MAX_PIECES; i++) {
            records.add(new Stored(key, i, i < entries.size() ? entries.get(i) : null));
        }
        return records;
    }

    private List<VectorEntry> entries(int maxBytes) {
        if (failure == null && !passages.isEmpty()) {
            List<float[]> vectors =
                    Arrays.stream(answers)
                            .map(Vectors.class::cast)
                            .flatMap(it -> it.vectors().stream())
                            .toList();
            int size = VectorCodec.vectorsPerPiece(vectors.getFirst().length, maxBytes);
            int pieces = Math.ceilDiv(vectors.size(), size);
            if (vectors.stream().anyMatch(it -> it.length != vectors.getFirst().length)) {
                fail(
                        ErrorCode.INVALID_RESPONSE.code(),
                        "the embeddings have different numbers of dimensions");
            } else if (pieces > VectorCodec.MAX_PIECES) {
                fail(ErrorCode.VALIDATION_ERROR.code(), "the document has too many passages");
            } else {
                return IntStream.range(0, pieces)
                        .<VectorEntry>mapToObj(it -> piece(vectors, it, pieces, size))
                        .toList();
            }
        }
        return failure == null
                ? List.of()
                : List.of(new Failure(offset, failure.code(), failure.message()));
    }

    private Piece piece(List<float[]> vectors, int number, int pieces, int size) {
        int start = number * size;
        return new Piece(
                offset,
                number,
                pieces,
                vectors.subList(start, Math.min(vectors.size(), start + size)));
    }
}
