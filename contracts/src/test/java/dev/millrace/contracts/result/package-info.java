/** Tests of results, cost events and dead letters: what is written is what is read. */
@NullMarked
package dev.millrace.contracts.result;

import org.jspecify.annotations.NullMarked;
