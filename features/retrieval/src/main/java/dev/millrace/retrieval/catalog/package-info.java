/**
 * Embeddings by a model of the catalog. They are ordinary jobs, so that budgets, limits and
 * accounting of tenants apply. One process embeds a partition of documents, on a dedicated thread,
 * and writes the vectors to their topic. The embeddings of questions belong to the thread of the
 * jobs. Kafka is behind the interfaces of this package.
 *
 * <p>{@code docs/decisions/011-documents.md} has the reasons.
 */
@NullMarked
package dev.millrace.retrieval.catalog;

import org.jspecify.annotations.NullMarked;
