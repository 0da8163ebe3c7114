/** Tests of the reading of documents. */
@NullMarked
package dev.millrace.retrieval.follow;

import org.jspecify.annotations.NullMarked;
