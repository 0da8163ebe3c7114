@NullMarked
package dev.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
