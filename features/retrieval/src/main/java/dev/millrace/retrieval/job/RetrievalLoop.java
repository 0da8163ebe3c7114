package dev.millrace.retrieval.job;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds passages to jobs, one batch at a time. The search for a batch starts after all documents
 * published before the batch was read are indexed, so that a job finds the documents that its
 * submitter added first. Until then, the loop holds the batch and keeps polling with paused
 * partitions.
 *
 * <p>Belongs to one thread. A loop whose write failed must not be used any more: its owner closes
 * the clients and creates a new loop, which continues at the committed offsets.
 */
public final class RetrievalLoop {
    private final LookupJobs jobs;
    private final Documents documents;
    private final PassageFinder finder;
    private final Optional<QuestionEmbeddings> embeddings;
    private final RetrievalMetrics metrics;
    private List<LookupJob> held = List.of();
    private Map<Integer, Long> needed = Map.of();

    /**
     * @param embeddings gets the embeddings of questions; empty if the search does
     */
    public RetrievalLoop(
            LookupJobs jobs,
            Documents documents,
            PassageFinder finder,
            Optional<QuestionEmbeddings> embeddings,
            RetrievalMetrics metrics) {
        this.embeddings = embeddings;
        this.jobs = jobs;
        this.documents = documents;
        this.finder = finder;
        this.metrics = metrics;
        hold(List.of());
    }

    /**
     * Reads the next jobs if none are held, and writes the held jobs back if the index is complete.
     *
     * @param wait longest wait for jobs
     */
    public void runOnce(Duration wait) throws IOException {
        boolean wantsJobs = held.isEmpty();
        List<LookupJob> polled = jobs.poll(wait, wantsJobs);
        forget(jobs.takeLostPartitions());
        if (wantsJobs && !polled.isEmpty()) {
            hold(polled);
            needed = documents.ends();
        }
        if (!held.isEmpty() && documents.hasIndexed(needed) && areQuestionsEmbedded()) {
            var found = new ArrayList<RetrievedJob>(held.size());
            for (LookupJob it : held) {
                found.add(finder.find(it));
            }
            jobs.write(found);
            hold(List.of());
        }
    }

    private void hold(List<LookupJob> waiting) {
        held = waiting;
        metrics.onHeld(waiting.size());
    }

    private boolean areQuestionsEmbedded() throws IOException {
        if (embeddings.isEmpty()) {
            return true;
        }
        var questions = new HashSet<SearchText>();
        for (LookupJob it : held) {
            finder.question(it).ifPresent(questions::add);
        }
        return embeddings.get().prepare(questions);
    }

    private void forget(Set<Integer> lost) {
        if (!lost.isEmpty()) {
            hold(held.stream().filter(it -> !lost.contains(it.partition())).toList());
        }
    }

    /** Returns the number of jobs that wait until documents are indexed. */
    public int held() {
        return held.size();
    }
}
