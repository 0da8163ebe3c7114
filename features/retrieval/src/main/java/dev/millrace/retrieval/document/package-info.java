/** The records of the topic of documents. Values only. Depends on contracts. */
@NullMarked
package dev.millrace.retrieval.document;

import org.jspecify.annotations.NullMarked;
