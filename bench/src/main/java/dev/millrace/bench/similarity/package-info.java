/**
 * {@code bench similarity}: how long the search for similar questions takes, and how many it
 * misses. Depends on {@code figures} and {@code report}.
 */
@NullMarked
package dev.millrace.bench.similarity;

import org.jspecify.annotations.NullMarked;
