@NullMarked
package dev.millrace.bench.figures;

import org.jspecify.annotations.NullMarked;
