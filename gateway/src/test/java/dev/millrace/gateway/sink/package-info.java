/** Tests of the client of the sink. */
@NullMarked
package dev.millrace.gateway.sink;

import org.jspecify.annotations.NullMarked;
