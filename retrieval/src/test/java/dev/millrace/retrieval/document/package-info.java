/** Tests of the records of documents. */
@NullMarked
package dev.millrace.retrieval.document;

import org.jspecify.annotations.NullMarked;
