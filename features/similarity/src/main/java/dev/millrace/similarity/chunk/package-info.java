/**
 * Divides a text into passages of bounded size, at ends of paragraphs and sentences where possible.
 * Pure functions. Depends on no other package of Millrace.
 */
@NullMarked
package dev.millrace.similarity.chunk;

import org.jspecify.annotations.NullMarked;
