@NullMarked
package dev.millrace.bench.router;

import org.jspecify.annotations.NullMarked;
