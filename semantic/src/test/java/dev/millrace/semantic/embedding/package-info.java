@NullMarked
package dev.millrace.semantic.embedding;

import org.jspecify.annotations.NullMarked;
