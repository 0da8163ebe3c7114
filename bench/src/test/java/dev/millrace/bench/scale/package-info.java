@NullMarked
package dev.millrace.bench.scale;

import org.jspecify.annotations.NullMarked;
