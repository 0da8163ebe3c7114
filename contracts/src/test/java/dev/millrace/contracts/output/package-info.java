@NullMarked
package dev.millrace.contracts.output;

import org.jspecify.annotations.NullMarked;
