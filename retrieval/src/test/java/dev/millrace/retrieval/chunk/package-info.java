/** Tests of division into passages. */
@NullMarked
package dev.millrace.retrieval.chunk;

import org.jspecify.annotations.NullMarked;
