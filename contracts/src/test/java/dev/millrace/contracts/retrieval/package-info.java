/** Tests of what a request asks of the documents. */
@NullMarked
package dev.millrace.contracts.retrieval;

import org.jspecify.annotations.NullMarked;
