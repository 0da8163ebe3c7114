package dev.millrace.retrieval.catalog;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.retrieval.catalog.EmbeddingRequest.Purpose;
import dev.millrace.retrieval.catalog.EmbeddingTopics.Result;
import dev.millrace.retrieval.catalog.EmbeddingTopics.Stored;
import dev.millrace.retrieval.vector.VectorSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one partition whose jobs run together. The ids of the jobs follow from the positions
 * of the documents, so that every process gives identical ids. Belongs to one thread.
 */
final class DocumentBatch {
    private final int partition;
    private final long start;
    private final List<EmbeddedDocument> documents;
    private final Names names;
    private final Map<String, Awaited> awaited = new HashMap<>();
    private PendingProgress progress;
    private long triedNanos;
    private String problem = "";

    /** The parts of the ids of jobs. */
    record Names(VectorSpace space, String model, int resultPartitions) {}

    private record Awaited(EmbeddedDocument document, int job, int attempt) {}

    /**
     * @param start offset of the first document
     * @param progress with the offset after the last document
     */
    DocumentBatch(
            int partition,
            long start,
            List<EmbeddedDocument> documents,
            PendingProgress progress,
            Names names) {
        this.partition = partition;
        this.start = start;
        this.documents = List.copyOf(documents);
        this.progress = progress;
        this.names = names;
    }

    int partition() {
        return partition;
    }

    long start() {
        return start;
    }

    List<EmbeddedDocument> documents() {
        return documents;
    }

    PendingProgress progress() {
        return progress;
    }

    /** Returns the jobs that have not succeeded, and awaits them. */
    List<EmbeddingRequest> requests(int attempt, Instant deadline, long nowNanos) {
        var requests = new ArrayList<EmbeddingRequest>();
        for (EmbeddedDocument it : documents) {
            for (int job = 0; job < it.jobs(); job++) {
                if (!it.hasEnded(job)) {
                    EmbeddingRequest request = request(it, job, attempt, deadline);
                    awaited.put(request.job().value(), new Awaited(it, job, attempt));
                    requests.add(request);
                }
            }
        }
        progress = new PendingProgress(progress.end(), attempt, progress.results());
        triedNanos = nowNanos;
        return requests;
    }

    /** Awaits the jobs that an earlier process has published. */
    void awaitPublished(long nowNanos) {
        for (int attempt = 0; attempt <= progress.attempt(); attempt++) {
            for (EmbeddedDocument it : documents) {
                for (int job = 0; job < it.jobs(); job++) {
                    String id = request(it, job, attempt, Instant.EPOCH).job().value();
                    awaited.put(id, new Awaited(it, job, attempt));
                }
            }
        }
        triedNanos = nowNanos;
    }

    private EmbeddingRequest request(
            EmbeddedDocument document, int job, int attempt, Instant deadline) {
        return EmbeddingRequest.of(
                Purpose.DOCUMENTS,
                document.tenant(),
                names.model(),
                String.join(
                        "-",
                        "documents",
                        names.space().id(),
                        Integer.toString(partition),
                        Long.toString(document.offset()),
                        Integer.toString(job),
                        Integer.toString(attempt)),
                document.texts(job),
                partition,
                names.resultPartitions(),
                deadline);
    }

    /** Takes the result of a job, if it is one of this batch. */
    void onResult(Result result) {
        @Nullable Awaited found = awaited.get(result.job());
        if (found == null) {
            return;
        }
        int texts = found.document().texts(found.job()).size();
        EmbeddingAnswer answer = EmbeddingResult.read(result.value(), texts);
        found.document().onAnswer(found.job(), found.attempt(), answer);
        if (answer instanceof EmbeddingAnswer.Failed failed && failed.isOutage()) {
            problem = failed.code() + ": " + failed.message();
        }
    }

    boolean hasEnded() {
        return documents.stream().allMatch(EmbeddedDocument::hasEnded);
    }

    /** Returns true if a job of the last attempt has not ended. */
    boolean isRunning() {
        return documents.stream().anyMatch(it -> it.isRunning(progress.attempt()));
    }

    /** Returns why the last job has failed for a reason that may pass; empty if none has. */
    String problem() {
        return problem;
    }

    /** Returns the time since the jobs were published last, in nanoseconds. */
    long waitedNanos(long nowNanos) {
        return nowNanos - triedNanos;
    }

    /** Fails documents whose tenant has no request topic. */
    void refuse(EmbeddedDocument document) {
        document.fail(
                ErrorCode.VALIDATION_ERROR.code(),
                "no request topic accepts tenant \"" + document.tenant() + '"');
    }

    List<Stored> records(int maxBytes) {
        return documents.stream().flatMap(it -> it.records(maxBytes).stream()).toList();
    }
}
