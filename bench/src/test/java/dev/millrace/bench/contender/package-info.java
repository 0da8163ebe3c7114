@NullMarked
package dev.millrace.bench.contender;

import org.jspecify.annotations.NullMarked;
