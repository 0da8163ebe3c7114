@NullMarked
package dev.millrace.worker.adaptive;

import org.jspecify.annotations.NullMarked;
