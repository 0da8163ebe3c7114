@NullMarked
package dev.millrace.contracts.memory;

import org.jspecify.annotations.NullMarked;
