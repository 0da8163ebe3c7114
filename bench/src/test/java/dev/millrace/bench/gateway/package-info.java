@NullMarked
package dev.millrace.bench.gateway;

import org.jspecify.annotations.NullMarked;
