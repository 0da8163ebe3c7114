@NullMarked
package dev.millrace.consumer;

import org.jspecify.annotations.NullMarked;
