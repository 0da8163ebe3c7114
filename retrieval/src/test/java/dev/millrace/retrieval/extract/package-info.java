/** Tests of extraction of text. */
@NullMarked
package dev.millrace.retrieval.extract;

import org.jspecify.annotations.NullMarked;
