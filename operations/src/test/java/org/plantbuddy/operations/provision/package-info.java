@NullMarked
package org.plantbuddy.operations.provision;

import org.jspecify.annotations.NullMarked;
