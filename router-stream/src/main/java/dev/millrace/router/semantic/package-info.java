/**
 * Answers a question with the answer to a similar one. {@link
 * dev.millrace.router.semantic.SemanticCache} is the feature; it plugs into the cache of identical
 * requests through {@link dev.millrace.router.cache.SimilarAnswers}, and needs it. The path of a
 * job:
 *
 * <ol>
 *   <li>Plan: {@code Namespaces} gives the job a namespace, so that similar questions meet in one
 *       task.
 *   <li>Lookup: the cache has neither an answer nor an identical call, so that {@code
 *       SimilarLookups.take} gets the job. {@code WaitingQuestions} stores it, and {@code
 *       EmbeddingThread} embeds its question.
 *   <li><b>Decision</b>: {@code SimilarLookups.decide}, in a later turn. The job ends with an
 *       answer, waits for a running call of a similar question, or is called.
 *   <li>Search: {@code SimilarQuestions.find} is asked by the decision. It compares embeddings
 *       ({@code NamespaceIndexes}), then wordings (the guard in {@code similarity.paraphrase}).
 *   <li>End of a call: {@code SimilarLookups.onAnswer} wakes the jobs that wait for it.
 *   <li>Verification: {@code AnswerVerification} lets some jobs be called although they have an
 *       answer, compares both answers, and makes a namespace stricter.
 * </ol>
 *
 * <p>The entries are in the store of the cache: {@code QuestionStore}, {@code PendingStore} and
 * {@code VerificationStore}, of the kinds of {@code QuestionKind}.
 *
 * <p>Belongs to the stream thread of a task, except embeddings, limits, metrics and namespaces.
 * Depends on the core, {@code cache} and {@code similarity}; only {@code
 * dev.millrace.router.RouterTopology} uses it.
 *
 * <p>{@code docs/decisions/015-semantic-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.semantic;

import org.jspecify.annotations.NullMarked;
