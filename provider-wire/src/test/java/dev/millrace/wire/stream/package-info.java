@NullMarked
package dev.millrace.wire.stream;

import org.jspecify.annotations.NullMarked;
