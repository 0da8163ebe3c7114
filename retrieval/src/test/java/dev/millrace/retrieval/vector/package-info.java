/** Tests the reader of documents with their vectors. */
@NullMarked
package dev.millrace.retrieval.vector;

import org.jspecify.annotations.NullMarked;
