/** Tests of the memory of chunks. */
@NullMarked
package dev.millrace.gateway.stream.chunk;

import org.jspecify.annotations.NullMarked;
