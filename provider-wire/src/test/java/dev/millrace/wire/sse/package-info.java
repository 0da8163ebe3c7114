@NullMarked
package dev.millrace.wire.sse;

import org.jspecify.annotations.NullMarked;
