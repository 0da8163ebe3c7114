@NullMarked
package dev.millrace.standalone.catalog;

import org.jspecify.annotations.NullMarked;
