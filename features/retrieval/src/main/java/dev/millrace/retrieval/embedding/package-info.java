/** Computes the embeddings of passages and questions. No model is loaded before the first text. */
@NullMarked
package dev.millrace.retrieval.embedding;

import org.jspecify.annotations.NullMarked;
