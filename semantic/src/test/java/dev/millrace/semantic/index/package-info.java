@NullMarked
package dev.millrace.semantic.index;

import org.jspecify.annotations.NullMarked;
