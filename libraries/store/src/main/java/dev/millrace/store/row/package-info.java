/**
 * The content of the sink's transactions: rows, their positions and values, and the offset changes
 * of partitions. Pure values; depends on contracts only.
 */
@NullMarked
package dev.millrace.store.row;

import org.jspecify.annotations.NullMarked;
