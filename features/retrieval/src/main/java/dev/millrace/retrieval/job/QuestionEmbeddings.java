package dev.millrace.retrieval.job;

import java.util.Set;

/** Gets the embeddings of questions before they are searched. Belongs to one thread. */
public interface QuestionEmbeddings {
    /**
     * Starts to embed questions, and returns true when each has its embedding or will get none.
     *
     * @param questions an unchanged set until the method returns true
     */
    boolean prepare(Set<SearchText> questions);
}
