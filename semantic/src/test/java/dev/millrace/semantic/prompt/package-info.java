@NullMarked
package dev.millrace.semantic.prompt;

import org.jspecify.annotations.NullMarked;
