/**
 * {@code bench retrieval}: how fast documents are indexed and passages are found, and what an index
 * costs. The index is in a process of its own. Depends on {@code figures}, {@code process} and
 * {@code report}.
 */
@NullMarked
package dev.millrace.bench.retrieval;

import org.jspecify.annotations.NullMarked;
