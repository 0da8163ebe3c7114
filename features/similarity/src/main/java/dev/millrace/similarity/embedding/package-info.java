/**
 * Turns texts into vectors whose angle measures the similarity of their meanings ({@code
 * EmbeddingModel}). The model all-MiniLM-L6-v2 runs in the process, without network calls. Creating
 * the first object loads the model.
 */
@NullMarked
package dev.millrace.similarity.embedding;

import org.jspecify.annotations.NullMarked;
