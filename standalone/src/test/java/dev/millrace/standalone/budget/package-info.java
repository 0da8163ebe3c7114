@NullMarked
package dev.millrace.standalone.budget;

import org.jspecify.annotations.NullMarked;
