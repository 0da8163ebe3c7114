/** Tests of the indexes of a process. */
@NullMarked
package dev.millrace.retrieval.library;

import org.jspecify.annotations.NullMarked;
