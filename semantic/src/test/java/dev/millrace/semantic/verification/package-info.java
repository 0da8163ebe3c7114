@NullMarked
package dev.millrace.semantic.verification;

import org.jspecify.annotations.NullMarked;
