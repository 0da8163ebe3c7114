/** Tests of the quality of search. */
@NullMarked
package dev.millrace.retrieval.quality;

import org.jspecify.annotations.NullMarked;
