/** Tests the usage API over HTTP. */
@NullMarked
package dev.millrace.sink.api;

import org.jspecify.annotations.NullMarked;
