@NullMarked
package dev.millrace.bench.worker;

import org.jspecify.annotations.NullMarked;
