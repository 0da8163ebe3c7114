@NullMarked
package dev.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
