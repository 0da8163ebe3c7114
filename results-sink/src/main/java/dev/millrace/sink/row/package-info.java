/**
 * What the sink stores: the rows of one turn, where each record stood, and how far that moves each
 * partition. Pure values; depends on contracts only.
 */
@NullMarked
package dev.millrace.sink.row;

import org.jspecify.annotations.NullMarked;
