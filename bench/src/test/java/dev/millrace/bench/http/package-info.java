@NullMarked
package dev.millrace.bench.http;

import org.jspecify.annotations.NullMarked;
