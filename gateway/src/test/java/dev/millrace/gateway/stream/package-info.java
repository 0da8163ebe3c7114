/** Tests of streamed answers. */
@NullMarked
package dev.millrace.gateway.stream;

import org.jspecify.annotations.NullMarked;
