@NullMarked
package dev.millrace.bench.measurement;

import org.jspecify.annotations.NullMarked;
