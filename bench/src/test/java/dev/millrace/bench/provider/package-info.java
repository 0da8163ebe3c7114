@NullMarked
package dev.millrace.bench.provider;

import org.jspecify.annotations.NullMarked;
