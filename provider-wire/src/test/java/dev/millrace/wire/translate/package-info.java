@NullMarked
package dev.millrace.wire.translate;

import org.jspecify.annotations.NullMarked;
