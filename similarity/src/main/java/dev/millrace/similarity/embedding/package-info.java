/**
 * Turns texts into vectors whose angle says how alike their meanings are ({@code EmbeddingModel}),
 * with the model all-MiniLM-L6-v2 in the process: no call, no network. The model is loaded by the
 * first object that is created; nothing of it is loaded before.
 */
@NullMarked
package dev.millrace.similarity.embedding;

import org.jspecify.annotations.NullMarked;
