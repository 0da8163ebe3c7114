@NullMarked
package dev.millrace.semantic.paraphrase;

import org.jspecify.annotations.NullMarked;
