@NullMarked
package dev.millrace.standalone.ops;

import org.jspecify.annotations.NullMarked;
