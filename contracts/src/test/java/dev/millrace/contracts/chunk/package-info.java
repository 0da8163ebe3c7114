/** Tests of the records of the chunk topic. */
@NullMarked
package dev.millrace.contracts.chunk;

import org.jspecify.annotations.NullMarked;
