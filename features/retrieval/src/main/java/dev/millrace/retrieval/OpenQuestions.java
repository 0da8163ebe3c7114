package dev.millrace.retrieval;

import dev.millrace.retrieval.catalog.QuestionJobs;
import dev.millrace.retrieval.job.QuestionEmbeddings;
import java.util.Optional;

/** The embeddings of questions while the topics of jobs are open. Belongs to one thread. */
final class OpenQuestions implements AutoCloseable {
    private final Optional<QuestionJobs> jobs;
    private final Optional<QuestionEmbeddings> embeddings;

    OpenQuestions(Optional<CatalogEmbeddings> catalog) {
        jobs = catalog.map(CatalogEmbeddings::questions);
        jobs.ifPresent(it -> catalog.orElseThrow().embedder().use(it));
        embeddings = catalog.map(CatalogEmbeddings::embedder);
    }

    Optional<QuestionEmbeddings> embeddings() {
        return embeddings;
    }

    @Override
    public void close() {
        jobs.ifPresent(QuestionJobs::close);
    }
}
