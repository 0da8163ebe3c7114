/** Tests of division into passages. */
@NullMarked
package dev.millrace.semantic.chunk;

import org.jspecify.annotations.NullMarked;
