/** Tests of the index. */
@NullMarked
package dev.millrace.retrieval.index;

import org.jspecify.annotations.NullMarked;
