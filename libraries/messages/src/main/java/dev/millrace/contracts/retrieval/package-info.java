/**
 * The options of a request that wants passages of documents in its prompt, and the rules for names
 * of collections and for metadata.
 *
 * <p>Values only, safe on any thread. Depends on the package {@code json}.
 */
@NullMarked
package dev.millrace.contracts.retrieval;

import org.jspecify.annotations.NullMarked;
