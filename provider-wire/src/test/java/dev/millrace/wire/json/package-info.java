@NullMarked
package dev.millrace.wire.json;

import org.jspecify.annotations.NullMarked;
