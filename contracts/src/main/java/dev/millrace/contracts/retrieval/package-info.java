/**
 * What a request asks of the documents, and how documents are indexed.
 *
 * <p>Values only, safe on any thread. Depends on the json package and the configuration reader.
 */
@NullMarked
package dev.millrace.contracts.retrieval;

import org.jspecify.annotations.NullMarked;
