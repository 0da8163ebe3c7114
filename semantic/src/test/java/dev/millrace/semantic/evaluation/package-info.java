@NullMarked
package dev.millrace.semantic.evaluation;

import org.jspecify.annotations.NullMarked;
