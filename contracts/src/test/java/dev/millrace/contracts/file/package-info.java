@NullMarked
package dev.millrace.contracts.file;

import org.jspecify.annotations.NullMarked;
